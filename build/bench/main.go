// Command bench measures StreamTray against the other ways to start Kafka and to learn that it is ready, on the real rig,
// and writes what it measured into BENCHMARKS.md. Run it by `go run ./build bench`.
//
// It is a module of its own, so that the peers it compares with are no dependencies of the product.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"

	"streamtray/build/rig"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	var lacks *rig.Unavailable
	switch {
	case errors.As(err, &lacks):
		fmt.Fprintf(os.Stderr, "bench: %v\n%s\n", err, lacks.How)
		os.Exit(1)
	case err != nil:
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// atLeast is how often everything is measured for a figure to be told as a median.
const atLeast = 5

func run(ctx context.Context, args []string) error {
	fs := flag.NewFlagSet("bench", flag.ContinueOnError)
	rounds := fs.Int("n", atLeast, "how often to measure everything")
	program := fs.String("program", "", "measure this program instead of one built from the sources")
	dry := fs.Bool("dry", false, "print the tables and leave BENCHMARKS.md as it is")
	records := fs.Bool("records", false, "measure the reading of records alone")
	topics := fs.Bool("topics", false, "compare topics with kadm alone")
	if err := fs.Parse(args); err != nil {
		return err
	}
	if !*dry && (*rounds < atLeast || *program != "") {
		return fmt.Errorf("what is written down takes %d rounds at least, of the program built from the sources", atLeast)
	}
	r, err := rig.Setup(ctx, func(part, text string) { fmt.Fprintf(os.Stderr, "%-9s %s\n", part, text) })
	if err != nil {
		return err
	}
	m, err := describeMachine(ctx, r)
	if err != nil {
		return err
	}
	if err := withoutReaper(); err != nil {
		return err
	}
	only := ""
	switch {
	case *records:
		only = "records"
	case *topics:
		only = "topics"
	}
	res, err := measure(ctx, *program, *rounds, only)
	if err != nil {
		return err
	}
	parts := map[string]func(machine, *results) string{"measured": report, "records": recordsReport, "topics": topicsReport}
	maps.DeleteFunc(parts, func(name string, _ func(machine, *results) string) bool { return only != "" && name != only })
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		if *dry {
			_, err = fmt.Println(parts[name](m, res))
		} else {
			err = update(filepath.Join(r.Root, "BENCHMARKS.md"), name, parts[name](m, res))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// results are all that was measured, a value for each round or more.
type results struct {
	starts map[string][]start // by the name of the way
	warm   map[string][]float64
	topics map[string][]float64

	records map[string][]float64
	idle    idle
	binary  int64 // bytes
	rounds  int
	turns   int // of topicsTurn
}

// measure takes turns between the ways, so that what else the machine does hits all alike.
func measure(ctx context.Context, program string, rounds int, only string) (*results, error) {
	s, err := newStand(ctx, program)
	if err != nil {
		return nil, err
	}
	defer s.close()
	res := &results{starts: map[string][]start{}, warm: map[string][]float64{}, topics: map[string][]float64{}, records: map[string][]float64{}, rounds: rounds}
	if res.binary, err = sizeOf(s.program); err != nil {
		return nil, err
	}
	turns := []func(context.Context, *results) error{
		s.streamtrayTurn, s.composeTurn, s.quickComposeTurn, s.logTurn, s.moduleTurn, s.productTopics, s.peersTopics, s.topicsTurn, s.recordsTurn,
	}
	switch only {
	case "records":
		turns = []func(context.Context, *results) error{s.recordsTurn}
	case "topics":
		turns = []func(context.Context, *results) error{s.topicsTurn}
	}
	for n := range rounds {
		for _, turn := range turns {
			if err := s.clean(ctx); err != nil {
				return nil, err
			}
			if err := turn(ctx, res); err != nil {
				return nil, err
			}
		}
		fmt.Fprintf(os.Stderr, "round %d of %d is done\n", n+1, rounds)
	}
	if err := s.clean(ctx); err != nil || only != "" {
		return res, err
	}
	res.idle, err = s.idleTurn(ctx)
	return res, err
}

func sizeOf(file string) (int64, error) {
	info, err := os.Stat(file)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}
