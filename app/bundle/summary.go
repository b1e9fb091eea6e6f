package bundle

import (
	"runtime"
	"strings"
	"unicode/utf8"

	"streamtray/app/doctor"
	"streamtray/app/i18n"
	"streamtray/app/view"
)

// longestLine is how many characters a line of the summary has at most.
const longestLine = 240

// summary is what is wrong in ten lines, to be pasted into a chat.
func (src Sources) summary(w *i18n.Words, results []doctor.Result) string {
	say := func(id string, args map[string]any) string { return w.Text("bundle.summary."+id, args) }
	lines := []string{
		say("program", map[string]any{
			"Version": src.Version, "System": runtime.GOOS + "/" + runtime.GOARCH, "Time": src.Now.Format("2006-01-02 15:04:05 -07:00"),
		}),
		src.aboutProject(w),
		src.aboutState(w),
	}
	for _, part := range []struct {
		id     string
		checks []string
	}{
		{"docker", []string{"engine.version", "engine.", "compose.client"}},
		{"kafka", []string{"broker.", "containers."}},
		{"topics", []string{"topics."}},
		{"python", []string{"python.", "code."}},
		{"app", []string{"app.producer", "app.", "flag."}},
	} {
		lines = append(lines, say(part.id, map[string]any{"Text": worst(w, results, part.checks)}))
	}
	lines = append(lines, src.aboutProblem(w, results), say("counts", doctor.Counts(results)))
	for i, l := range lines {
		lines[i] = short(oneLine(l))
	}
	return strings.Join(lines, "\n") + "\n"
}

func short(l string) string {
	if utf8.RuneCountInString(l) <= longestLine {
		return l
	}
	return string([]rune(l)[:longestLine-1]) + "…"
}

func (src Sources) aboutProject(w *i18n.Words) string {
	if p := src.Subject.Project; p != nil {
		return w.Text("bundle.summary.project", map[string]any{"Name": p.Title(), "Mode": p.Config.Kafka.Mode})
	}
	if src.Options.Dir == "" {
		return w.Text("bundle.summary.no_project", nil)
	}
	return w.Text("bundle.summary.closed", nil)
}

func (src Sources) aboutState(w *i18n.Words) string {
	if !src.Kept {
		return w.Text("bundle.summary.idle", nil)
	}
	return w.Text("bundle.summary.state", map[string]any{"Text": view.Of(src.State, w, src.Now).Headline})
}

// weight orders results by how much they tell.
func weight(s doctor.Status) int {
	switch s {
	case doctor.Problem:
		return 3
	case doctor.Warning:
		return 2
	case doctor.OK:
		return 1
	}
	return 0
}

// worst is the sentence that tells most about a part: of its first check that is not well, else of the first that is. The
// prefixes of its checks stand in the order in which they count.
func worst(w *i18n.Words, results []doctor.Result, prefixes []string) string {
	best := -1
	for _, p := range prefixes {
		for i, r := range results {
			if strings.HasPrefix(r.ID, p) && (best < 0 || weight(r.Status) > weight(results[best].Status)) {
				best = i
			}
		}
	}
	if best < 0 {
		return "-"
	}
	return results[best].Text(w)
}

// aboutProblem is the first problem with what to do, else the first warning.
func (src Sources) aboutProblem(w *i18n.Words, results []doctor.Result) string {
	for _, s := range []doctor.Status{doctor.Problem, doctor.Warning} {
		for _, r := range results {
			if r.Status == s {
				return w.Text("bundle.summary."+string(s), map[string]any{"Text": r.Text(w), "Advice": r.Advice(w)})
			}
		}
	}
	return w.Text("bundle.summary.well", nil)
}
