package main

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// median is the middle value, the mean of the two middle ones of an even number; 0 of none.
func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	v := slices.Sorted(slices.Values(values))
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
}

// percentile is the smallest value that p percent of all do not exceed (nearest rank); 0 of none.
func percentile(values []float64, p float64) float64 {
	if len(values) == 0 {
		return 0
	}
	v := slices.Sorted(slices.Values(values))
	return v[max(0, int(math.Ceil(p/100*float64(len(v))))-1)]
}

// each gives a value for every start, in seconds.
func each(starts []start, of func(start) time.Duration) []float64 {
	values := make([]float64, len(starts))
	for i, s := range starts {
		values[i] = of(s).Seconds()
	}
	return values
}

// seconds tells a time as finely as it matters; a time before is negative.
func seconds(s float64) string {
	switch a := math.Abs(s); {
	case a < 0.0095:
		return fmt.Sprintf("%.1f ms", 1000*s)
	case a < 0.95:
		return fmt.Sprintf("%.0f ms", 1000*s)
	}
	return fmt.Sprintf("%.2f s", s)
}

// spread tells the median and, in brackets, the least and the greatest.
func spread(values []float64) string {
	if len(values) == 0 {
		return "-"
	}
	return fmt.Sprintf("%s (%s to %s)", seconds(median(values)), seconds(slices.Min(values)), seconds(slices.Max(values)))
}

// table is rows of a Markdown table below their headings.
func table(rows [][]string) string {
	var b strings.Builder
	for i, r := range rows {
		fmt.Fprintf(&b, "| %s |\n", strings.Join(r, " | "))
		if i == 0 {
			fmt.Fprintf(&b, "|%s\n", strings.Repeat(" --- |", len(r)))
		}
	}
	return b.String()
}
