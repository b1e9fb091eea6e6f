package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"streamtray/build/rig"
)

// recordsWanted are read each time.
const recordsWanted = 1_000_000

// The topics that are sent to: the first one by kcat, and read then, the other one by StreamTray.
const recordsTopic, sentTopic = "bench-records", "bench-sent"

// The ways to send a file's lines, to read a topic, each in two forms, and to find one record in it.
const (
	sendLines   = "`streamtray records send --lines`"
	kcatLines   = "`kcat -P -l`"
	tailText    = "`streamtray records tail`, a line each"
	kcatText    = "`kcat -f` with the same fields"
	tailJSON    = "`streamtray records tail --json`"
	kcatJSON    = "`kcat -J`"
	tailFilter  = "`streamtray records tail --filter`"
	kcatFilter  = "`kcat -f` into `grep`"
	tailPath    = "`streamtray records tail --path`, one label of five"
	recordForm  = `{"frame": %d, "source": "cam-%d", "label": "%s", "confidence": 0.%02d, "box": [%d, %d, 120, 240]}` + "\n"
	needleFrame = recordsWanted / 2
)

// recordsTurn fills two topics of three partitions on a new broker and has each way read one, from the program's start to its
// end, into a file.
func (s *stand) recordsTurn(ctx context.Context, r *results) error {
	if _, err := exec.LookPath("kcat"); err != nil {
		return &rig.Unavailable{What: "kcat is not installed", How: "On Debian or Ubuntu: sudo apt-get install kcat.", Err: err}
	}
	if _, _, err := s.up(ctx); err != nil {
		return err
	}
	if err := s.fillRecords(ctx, r); err != nil {
		return err
	}
	fields := `%T\t%p:%o\t%k\t%s\n`
	tail := func(more ...string) []string {
		return append([]string{s.program, "records", "tail", recordsTopic, "--from", "beginning", "--until-end", "--project", s.thousand}, more...)
	}
	kcat := func(more ...string) []string {
		return append([]string{"kcat", "-b", address, "-C", "-t", recordsTopic, "-o", "beginning", "-e", "-q"}, more...)
	}
	needle := fmt.Sprintf(`"frame": %d,`, needleFrame)
	for _, way := range []struct {
		name  string
		args  []string
		lines int
	}{
		{tailText, tail(), recordsWanted},
		{kcatText, kcat("-f", fields), recordsWanted},
		{tailJSON, tail("--json"), recordsWanted},
		{kcatJSON, kcat("-J"), recordsWanted},
		{tailFilter, tail("--filter", needle), 1},
		{kcatFilter, []string{"sh", "-c", `needle=$1; shift; "$@" | grep -F "$needle"`, "sh", needle}, 1},
		{tailPath, tail("--path", "$.label=label-3"), recordsWanted / 5},
	} {
		if way.name == kcatFilter {
			way.args = append(way.args, kcat("-f", fields)...)
		}
		took, lines, err := s.readInto(ctx, way.args)
		if err == nil && lines != way.lines {
			err = fmt.Errorf("%d lines, want %d", lines, way.lines)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", way.name, err)
		}
		r.records[way.name] = append(r.records[way.name], took.Seconds())
	}
	return nil
}

// fillRecords makes the topics and has each way send the same lines to one of them.
func (s *stand) fillRecords(ctx context.Context, r *results) error {
	for _, topic := range []string{recordsTopic, sentTopic} {
		err := s.compose(ctx, s.project, "exec", "-T", "kafka", "kafka-topics", "--bootstrap-server", address,
			"--create", "--topic", topic, "--partitions", "3", "--replication-factor", "1")
		if err != nil {
			return err
		}
	}
	var all bytes.Buffer
	for n := range recordsWanted {
		fmt.Fprintf(&all, recordForm, n, n%4, fmt.Sprint("label-", n%5), n%100, n%640, n%480)
	}
	file := filepath.Join(s.home, "lines")
	if err := os.WriteFile(file, all.Bytes(), 0o600); err != nil {
		return err
	}
	type way struct {
		name, topic string
		args        []string
	}
	ways := []way{
		{kcatLines, recordsTopic, []string{"kcat", "-b", address, "-P", "-t", recordsTopic, "-l", file}},
		{sendLines, sentTopic, []string{s.program, "records", "send", sentTopic, "--lines", file, "--project", s.thousand, "--trust"}},
	}
	if len(r.records[sendLines])%2 == 1 { // the first one warms the broker up
		slices.Reverse(ways)
	}
	for _, way := range ways {
		took, _, err := s.readInto(ctx, way.args)
		if err != nil {
			return fmt.Errorf("%s: %w", way.name, err)
		}
		_, there, err := s.readInto(ctx, []string{"kcat", "-b", address, "-C", "-t", way.topic, "-o", "beginning", "-e", "-q"})
		if err == nil && there != recordsWanted {
			err = fmt.Errorf("%s: %d records arrived, want %d", way.name, there, recordsWanted)
		}
		if err != nil {
			return err
		}
		r.records[way.name] = append(r.records[way.name], took.Seconds())
	}
	return nil
}

// readInto runs a program with its output in a file and counts the lines.
func (s *stand) readInto(ctx context.Context, args []string) (took time.Duration, lines int, err error) {
	file, err := os.Create(filepath.Join(s.home, "records"))
	if err != nil {
		return 0, 0, err
	}
	defer file.Close()
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Env, cmd.Stdout = s.env, file
	var talk bytes.Buffer
	cmd.Stderr = &talk
	began := time.Now()
	if err := cmd.Run(); err != nil {
		return 0, 0, errors.Join(err, errors.New(talk.String()))
	}
	took = time.Since(began)
	if _, err := file.Seek(0, 0); err != nil {
		return 0, 0, err
	}
	scan := bufio.NewScanner(file)
	for scan.Scan() {
		lines++
	}
	return took, lines, scan.Err()
}
