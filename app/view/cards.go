package view

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"streamtray/app/i18n"
)

func uptime(d time.Duration, w *i18n.Words) string {
	switch {
	case d < time.Minute:
		return Seconds(d.Truncate(time.Second), w)
	case d < time.Hour:
		return w.Text("view.ago.minutes", map[string]any{"M": int(d.Minutes())})
	}
	return w.Text("ui.hours", map[string]any{"H": int(d.Hours()), "M": int(d.Minutes()) % 60})
}

// published are the ports of this computer that lead into a container, each once: "9092", or "19092→9092".
func published(ports []string) string {
	var all []string
	for _, p := range ports {
		host, inside, ok := strings.Cut(p, "->")
		if !ok {
			continue
		}
		text := host[strings.LastIndexByte(host, ':')+1:]
		if inside, _, _ = strings.Cut(inside, "/"); inside != text {
			text += "→" + inside
		}
		if !slices.Contains(all, text) { // IPv4 and IPv6
			all = append(all, text)
		}
	}
	return strings.Join(all, ", ")
}

// Count tells a number with its thousands apart: "12,345".
func Count(n int64) string {
	s := strconv.FormatInt(n, 10)
	first := len(s) % 3
	if n < 0 {
		first = (len(s)-1)%3 + 1
	}
	out := s[:first]
	for i := first; i < len(s); i += 3 {
		if out != "" && out != "-" {
			out += ","
		}
		out += s[i : i+3]
	}
	return out
}

// Rate tells a rate as finely as it matters.
func Rate(perSecond float64) string {
	if perSecond > 0 && perSecond < 10 {
		return fmt.Sprintf("%.1f", perSecond)
	}
	return Count(int64(perSecond + 0.5))
}
