package view

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"streamtray/app"
	"streamtray/app/i18n"
)

func switchOf(s app.State, l Live, w *i18n.Words) Switch {
	on := func(b bool) string {
		if b {
			return text(w, "ui.on")
		}
		return text(w, "ui.off")
	}
	sw := Switch{Env: l.Env, On: s.Want.Streaming, Usable: s.Want.Up, Wanted: on(s.Want.Streaming), Launched: "–", Effective: "–"}
	if !s.Want.Up {
		sw.On, sw.Wanted = false, "–"
	}
	flag, _ := s.Row("flag")
	if !holds(s, "app") || !flag.Holding() {
		return sw
	}
	launched := flag.Note.ID == "view.flag.on" // the app is stopped before the flag changes
	sw.Launched = l.Off
	if launched {
		sw.Launched = l.On
	}
	switch {
	case launched && s.Proven(app.Connected):
		sw.Effective = text(w, "ui.effective.on")
	case launched:
		sw.Effective = text(w, "ui.effective.not_yet")
	default:
		sw.Effective = on(false)
	}
	if s.Want.Up && launched != s.Want.Streaming {
		sw.Hint = text(w, "ui.switch.pending")
	}
	return sw
}

// appFacts are what the app's row tells, taken apart.
func appFacts(s app.State, l Live, w *i18n.Words, now time.Time) []Fact {
	row, _ := s.Row("app")
	if !row.Holding() {
		return nil
	}
	facts := []Fact{
		{text(w, "ui.app.pid"), fmt.Sprint(row.Note.Args["PID"])},
		{text(w, "ui.app.uptime"), uptime(now.Sub(row.Ended), w)},
		{text(w, "ui.app.command"), fmt.Sprint(row.Note.Args["Command"])},
	}
	if l.Page != "" {
		facts = append(facts, Fact{text(w, "ui.app.page"), l.Page})
	}
	return facts
}

func uptime(d time.Duration, w *i18n.Words) string {
	if d < time.Hour {
		return Seconds(d.Truncate(time.Second), w)
	}
	return w.Text("ui.hours", map[string]any{"H": int(d.Hours()), "M": int(d.Minutes()) % 60})
}

func container(c Container, w *i18n.Words) ContainerLine {
	line := ContainerLine{Service: c.Service, Image: c.Image, Ports: published(c.Ports), CPU: "–", Memory: "–", Restarts: strconv.Itoa(c.Restarts), Mark: Off}
	state := c.State
	if c.Health != "" && c.State == "running" {
		state = c.Health
	}
	line.State = state
	if s, ok := w.Find("ui.container."+state, nil); ok {
		line.State = s
	}
	switch state {
	case "running", "healthy":
		line.Mark = Good
	case "starting", "created":
		line.Mark = Busy
	case "unhealthy", "restarting", "dead":
		line.Mark = Bad
	}
	if c.Memory > 0 {
		line.CPU, line.Memory = fmt.Sprintf("%.1f%%", c.CPU), fmt.Sprintf("%d MB", (c.Memory+500_000)/1_000_000)
	}
	return line
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

// rate tells a rate as finely as it matters.
func rate(perSecond float64) string {
	if perSecond > 0 && perSecond < 10 {
		return fmt.Sprintf("%.1f", perSecond)
	}
	return Count(int64(perSecond + 0.5))
}

// Rate tells a rate as finely as it matters.
func Rate(perSecond float64) string { return rate(perSecond) }
