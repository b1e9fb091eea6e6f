package view

import (
	"strings"
	"time"
)

// TimeOf understands what a user types for a moment: a time of today (15:04, 15:04:05), a day and a time, and how long
// before now: 90s, 10m, 2h.
func TimeOf(typed string, now time.Time) (time.Time, bool) {
	if ago, err := time.ParseDuration(strings.TrimPrefix(typed, "-")); err == nil && ago >= 0 {
		return now.Add(-ago), true
	}
	for _, layout := range []string{"2006-01-02 15:04:05", "2006-01-02 15:04", time.DateOnly, time.RFC3339} {
		if t, err := time.ParseInLocation(layout, typed, now.Location()); err == nil {
			return t, true
		}
	}
	for _, layout := range []string{"15:04:05", "15:04"} {
		if t, err := time.ParseInLocation(time.DateOnly+" "+layout, now.Format(time.DateOnly)+" "+typed, now.Location()); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}
