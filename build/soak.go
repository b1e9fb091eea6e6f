package main

import (
	"context"
	"flag"
	"os"
	"strconv"
	"time"
)

// soak wears the program down for longer and louder than the tests do.
func soak(ctx context.Context, args []string) error {
	fs := flag.NewFlagSet("soak", flag.ContinueOnError)
	lasts := fs.Duration("for", 30*time.Minute, "how long")
	lines := fs.Int("lines", 20_000, "how many lines a second the app writes")
	leak := fs.String("leak", "", "leave this behind in each round, which has to be found: goroutine, file, memory, record or process")
	onRig := fs.Bool("rig", false, "on the real engine and Kafka: both, the network and the app fail again and again, and the computer sleeps")
	if err := fs.Parse(args); err != nil {
		return err
	}
	if *onRig {
		if err := prepare(ctx, os.Stdout); err != nil {
			return err
		}
		return run(ctx, os.Stdout, os.Stderr, nil, "go", "test", "-tags", "headless,rig", "-count=1", "-v", "-run", "^TestTheKeeperIsNotWornOut$", "-timeout", (*lasts + 20*time.Minute).String(),
			"./build/rig", "-worn", lasts.String())
	}
	return run(ctx, os.Stdout, os.Stderr, nil, "go", "test", "-tags", "headless", "-count=1", "-v", "-run", "^TestSoak$", "-timeout", (*lasts + 10*time.Minute).String(),
		"./build/soak", "-soak.for", lasts.String(), "-soak.lines", strconv.Itoa(*lines), "-soak.leak", *leak)
}
