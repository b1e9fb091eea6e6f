package docker

import (
	"fmt"
	"strings"
)

// version is the numbers of a version, the rest of its text left out: v2.29.1-desktop.1 is 2, 29, 1.
type version [3]int

func versionOf(text string) version {
	var v version
	for i, part := range strings.SplitN(strings.TrimPrefix(strings.TrimSpace(text), "v"), ".", len(v)) {
		for _, c := range part {
			if c < '0' || c > '9' || v[i] > 1_000_000 {
				break
			}
			v[i] = v[i]*10 + int(c-'0')
		}
	}
	return v
}

func (v version) less(other version) bool {
	for i := range v {
		if v[i] != other[i] {
			return v[i] < other[i]
		}
	}
	return false
}

func (v version) String() string { return fmt.Sprintf("%d.%d.%d", v[0], v[1], v[2]) }
