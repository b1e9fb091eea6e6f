package soak

import (
	"fmt"
	"slices"
	"strings"
)

// Count is something that a process holds, and how much more of it there may be at the end than in the beginning: it comes and
// goes. A leak of one in each round is above that after a few.
type Count struct {
	What  string
	Slack float64
}

// Enough is how many rounds it takes to tell.
const Enough = 8

// Slopes says of each count how it began, how it ended, and by how much it grew from one round to the next: the slope of the
// line with the least squares. A round has the counts in their order.
func Slopes(counts []Count, rounds [][]float64) string {
	var said []string
	for i, c := range counts {
		mean := 0.0
		for _, r := range rounds {
			mean += r[i] / float64(len(rounds))
		}
		along, across := 0.0, 0.0
		for n, r := range rounds {
			x := float64(n) - float64(len(rounds)-1)/2
			along, across = along+x*(r[i]-mean), across+x*x
		}
		said = append(said, fmt.Sprintf("%s %.0f to %.0f (%+.3g a round)", c.What, rounds[0][i], rounds[len(rounds)-1][i], along/across))
	}
	return strings.Join(said, ", ")
}

// Grown says of what there is more in the last quarter of the rounds than in the first, by their medians; empty: of nothing.
func Grown(counts []Count, rounds [][]float64) (all []string) {
	quarter := len(rounds) / 4
	if len(rounds) < Enough {
		return []string{fmt.Sprintf("nothing: %d rounds are too few to tell", len(rounds))}
	}
	for i, c := range counts {
		before, after := median(i, rounds[:quarter]), median(i, rounds[len(rounds)-quarter:])
		if after > before+c.Slack {
			all = append(all, fmt.Sprintf("%s: %.0f in the first quarter, %.0f in the last", c.What, before, after))
		}
	}
	return all
}

func median(count int, rounds [][]float64) float64 {
	var values []float64
	for _, r := range rounds {
		values = append(values, r[count])
	}
	slices.Sort(values)
	return values[len(values)/2]
}
