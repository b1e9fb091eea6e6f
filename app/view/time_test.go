package view

import (
	"testing"
	"time"
)

func TestATimeIsUnderstoodAsPeopleWriteIt(t *testing.T) {
	now := time.Date(2026, 3, 4, 9, 30, 0, 0, time.UTC)
	for typed, want := range map[string]string{
		"10m": "2026-03-04 09:20:00", "-2h": "2026-03-04 07:30:00", "90s": "2026-03-04 09:28:30",
		"08:15": "2026-03-04 08:15:00", "08:15:30": "2026-03-04 08:15:30",
		"2026-01-31": "2026-01-31 00:00:00", "2026-01-31 15:04": "2026-01-31 15:04:00", "2026-01-31 15:04:05": "2026-01-31 15:04:05",
		"": "", "soon": "", "25:00": "",
	} {
		got := ""
		if at, ok := TimeOf(typed, now); ok {
			got = at.Format(time.DateTime)
		}
		if got != want {
			t.Errorf("%q is %q; want %q", typed, got, want)
		}
	}
}
