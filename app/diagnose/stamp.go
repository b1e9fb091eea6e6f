package diagnose

import (
	"strings"
	"time"
)

// moment is the time a line gives itself, by the clock of whoever wrote it.
type moment struct {
	at    time.Time
	clock any // nil: the line says no time
}

// utc is the clock of lines that count seconds; all others go by their source's, in a zone nobody tells.
type utc struct{}

// after is how long after n m is; 0 when their clocks cannot be compared.
func (m moment) after(n moment) time.Duration {
	if m.clock == nil || m.clock != n.clock {
		return 0
	}
	return m.at.Sub(n.at)
}

// stamp finds the time in the head of a line: "2025-10-20 21:30:00", with a T or a space, or librdkafka's seconds.
func stamp(s string, src *source) moment {
	s = s[:min(len(s), 64)]
	for i := 0; i+19 <= len(s); i++ {
		if s[i] != '2' || i > 0 && s[i-1] >= '0' && s[i-1] <= '9' || s[i+4] != '-' || s[i+13] != ':' {
			continue
		}
		if t, err := time.Parse(time.DateTime, strings.Replace(s[i:i+19], "T", " ", 1)); err == nil {
			return moment{at: t, clock: src}
		}
	}
	if m := seconds(s); m.clock != nil || src.time.IsZero() {
		return m
	}
	return moment{at: src.time, clock: src}
}

// seconds reads "%3|1700000000.123|".
func seconds(s string) moment {
	i := strings.IndexByte(s, '%')
	if i < 0 || len(s) < i+13 || s[i+2] != '|' || !digits([]byte(s[i+3:i+13])) {
		return moment{}
	}
	var n int64
	for _, c := range s[i+3 : i+13] {
		n = n*10 + int64(c-'0')
	}
	return moment{at: time.Unix(n, 0), clock: utc{}}
}
