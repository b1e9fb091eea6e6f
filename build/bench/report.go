package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

// What the issue aims at.
const (
	aimLag    = 0.050 // seconds, 95 of 100
	aimWarm   = 0.150 // seconds
	aimBinary = 20e6  // bytes
)

// report tells all results in Markdown.
func report(m machine, r *results) string {
	var b strings.Builder
	b.WriteString(head(m, r))
	fmt.Fprintf(&b, "### Against the aims\n\n%s\n", r.aims())
	fmt.Fprintf(&b, "### From the order to \"Kafka is ready\"\n\n%s\n", r.startsTable(byStreamTray, byCompose, byQuickCompose, byLog, byModule))
	fmt.Fprintf(&b, "The same when the containers were stopped before and only start again:\n\n%s\n", r.startsTable(byStreamTray+stoppedBefore, byCompose+stoppedBefore))
	fmt.Fprintf(&b, "Until its three topics had leaders too, `streamtray up --no-app` took %s from nothing.\n\n", spread(r.warm[withTopics]))
	fmt.Fprintf(&b, "### `up` when all is up already\n\n%s\n", r.timesTable("order", r.warm, byStreamTray, warmCompose))
	fmt.Fprintf(&b, "### %d topics of one partition\n\n%s\n", topicsWanted, r.timesTable("creation", r.topics, applyAll, oneByOne))
	fmt.Fprintf(&b, "The plan took %s when none existed and %s when all did. One topic by Kafka's own script (%s) took %s.\n\n",
		spread(r.topics[planMissing]), spread(r.topics[planThere]), byScript, spread(r.topics[byScript]))
	fmt.Fprintf(&b, "### `up --no-app` over %s in which nothing happens\n\n", idleParts*idlePart)
	fmt.Fprintf(&b, "Processor: %.2f %% of one core (parts of %s: %.2f to %.2f %%). Memory: %.1f MB resident, of which %.1f MB are its own and the rest is the program's file.\n",
		median(r.idle.cpu), idlePart, percentile(r.idle.cpu, 0), percentile(r.idle.cpu, 100), median(r.idle.resident), median(r.idle.own))
	return b.String()
}

// head says when and where all was measured.
func head(m machine, r *results) string {
	return fmt.Sprintf("Measured on %s with StreamTray at commit %s, %d rounds; a figure is a median, brackets hold the least and the greatest.\n\n%s\n\n", m.day, m.commit, r.rounds, m.text)
}

// recordsReport compares the ways to send to a topic and to read it, pair by pair.
func recordsReport(m machine, r *results) string {
	return fmt.Sprintf("%s### Sending %d lines of a file to three partitions, and reading them into another\n\n%s\n%s\n%s\n%s\nThose of one path and value (%s) took %s.\n",
		head(m, r), recordsWanted, r.timesTable("sending", r.records, sendLines, kcatLines), r.timesTable("reading", r.records, tailText, kcatText), r.timesTable("reading as JSON", r.records, tailJSON, kcatJSON),
		r.timesTable("finding one record", r.records, tailFilter, kcatFilter), tailPath, spread(r.records[tailPath]))
}

// aims puts what was measured beside what was aimed at.
func (r *results) aims() string {
	var lags []float64
	for _, name := range []string{byStreamTray, byStreamTray + stoppedBefore} {
		lags = append(lags, each(r.starts[name], start.lag)...)
	}
	lag, warm := percentile(lags, 95), median(r.warm[byStreamTray])
	return table([][]string{
		{"what", "aim", "measured", ""},
		{fmt.Sprintf("detection lag, 95th percentile of %d starts (nearest rank)", len(lags)), seconds(aimLag), seconds(lag), met(lag <= aimLag)},
		{"`up` when all is up", seconds(aimWarm), seconds(warm), met(warm <= aimWarm)},
		{"headless program", "20 MB", fmt.Sprintf("%.1f MB", float64(r.binary)/1e6), met(float64(r.binary) <= aimBinary)},
	})
}

func met(kept bool) string {
	if kept {
		return "met"
	}
	return "**missed**"
}

// startsTable compares the ways of these names, and the fixed sleep of a script, with the first.
func (r *results) startsTable(names ...string) string {
	rows := [][]string{{"way", "said \"ready\" after", "times StreamTray's", "a producer is served after", "every client is served after", "lag", "lag, 95th percentile", "too early"}}
	base := median(each(r.starts[names[0]], verdict))
	for _, name := range names {
		starts := r.starts[name]
		said, lags := each(starts, verdict), each(starts, start.lag)
		early := len(slices.DeleteFunc(slices.Clone(lags), func(l float64) bool { return l >= -unsure }))
		rows = append(rows, []string{
			strings.TrimSuffix(name, stoppedBefore), spread(said), times(median(said), base),
			seconds(median(each(starts, func(s start) time.Duration { return s.controller }))),
			seconds(median(each(starts, ready))),
			seconds(median(lags)), seconds(percentile(lags, 95)), fmt.Sprintf("%d of %d", early, len(lags)),
		})
	}
	script := sleepOfScript.Seconds() // beside the starts of the first way
	rows = append(rows, []string{"a script that sleeps 30 s", seconds(script), times(script, base), "", "", seconds(script - median(each(r.starts[names[0]], ready))), "", ""})
	return table(rows)
}

// unsure is how much, in seconds, a verdict may precede what the poller saw and still not be early: two of its looks.
const unsure = 2 * float64(pollEvery) / float64(time.Second)

func verdict(s start) time.Duration { return s.verdict }

func ready(s start) time.Duration { return s.ready }

func times(value, base float64) string {
	if base == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f", value/base)
}

// timesTable compares times with those of the first name.
func (r *results) timesTable(head string, values map[string][]float64, names ...string) string {
	rows := [][]string{{head, "took", "times the first", "measured"}}
	for _, name := range names {
		rows = append(rows, []string{name, spread(values[name]), times(median(values[name]), median(values[names[0]])), fmt.Sprintf("%d times", len(values[name]))})
	}
	return table(rows)
}

// The results of a part of the measurement stand between these lines of BENCHMARKS.md.
func marks(part string) (begin, end string) {
	return "<!-- " + part + ": begin; written by go run ./build bench -->", "<!-- " + part + ": end -->"
}

// update replaces the results of a part in a file and leaves what a person wrote around them.
func update(file, part, text string) error {
	old, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	updated, err := between(string(old), part, text)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return os.WriteFile(file, []byte(updated), 0o644)
}

func between(page, part, text string) (string, error) {
	beginMark, endMark := marks(part)
	head, rest, found := strings.Cut(page, beginMark)
	_, tail, closed := strings.Cut(rest, endMark)
	if !found || !closed {
		return "", errors.New("the lines around the results are missing")
	}
	return head + beginMark + "\n\n" + strings.TrimSpace(text) + "\n\n" + endMark + tail, nil
}
