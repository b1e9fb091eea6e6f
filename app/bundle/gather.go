package bundle

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"streamtray/app"
	"streamtray/app/config"
	"streamtray/app/doctor"
	"streamtray/app/i18n"
	"streamtray/app/project"
	"streamtray/internal/projectfile"
)

// Sources are where a bundle comes from.
type Sources struct {
	Subject *doctor.Subject
	Options project.Options // of the subject
	State   app.State       // as the process that keeps the project sees it
	Kept    bool            // there is one
	Version string          // of this program
	Now     time.Time
	Words   []*i18n.Words // the languages of what is put in words
}

// lastLines are taken of every log.
const lastLines = 2000

// logWithin is how long the log of one container may take.
const logWithin = 10 * time.Second

// Gather runs the doctor's checks and collects everything. It does not fail: what cannot be had is said in its place.
func Gather(ctx context.Context, src Sources) *Bundle {
	results := doctor.Run(ctx, src.Subject, func(doctor.Result) {})
	s := newScrubber(src.Options.Home)
	s.learnVariables(src.Options.Environ)
	summary := map[string]string{}
	var all []raw
	for _, w := range src.Words {
		summary[w.Lang()] = src.summary(w, results)
	}
	all = append(all,
		raw{name: "summary.txt", about: "summary", text: src.joined(summary)},
		raw{name: "versions.json", about: "versions", text: indented(src.versions(results))},
	)
	for _, w := range src.Words {
		all = append(all, raw{name: "doctor." + w.Lang() + ".txt", about: "doctor", text: checkText(w, results)})
	}
	all = append(all, raw{name: "doctor.json", about: "doctor", text: indented(facts(results))})
	all = append(all, src.happened()...)
	all = append(all, src.settings(s)...)
	all = append(all, src.inspected(ctx)...)
	all = append(all, src.logs(ctx)...)
	b := assemble(s, all, src.Now)
	b.Summary = map[string]string{}
	for lang, text := range summary {
		b.Summary[lang] = s.text(text)
	}
	return b
}

// joined is the summary in every language, one below the other.
func (src Sources) joined(summary map[string]string) string {
	var all []string
	for _, w := range src.Words {
		all = append(all, summary[w.Lang()])
	}
	return strings.Join(all, "\n")
}

func indented(v any) string {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err.Error() + "\n"
	}
	return string(b) + "\n"
}

// versions are those of this program, of what it runs on, and of what it found.
func (src Sources) versions(results []doctor.Result) map[string]any {
	all := map[string]any{"streamtray": src.Version, "system": runtime.GOOS, "architecture": runtime.GOARCH, "go": runtime.Version()}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				all["revision"] = s.Value
			}
		}
	}
	for _, r := range results {
		switch r.ID {
		case "engine.version", "compose.client", "python.interpreter", "python.imports":
			all[r.ID] = r.Message.Args
		}
	}
	if src.Subject.Project != nil {
		images := map[string]string{}
		if c := src.Subject.Project.Anatomy().Compose; c != nil {
			for _, s := range c.Services {
				images[s.Name] = s.Image
			}
		}
		all["images"] = images
	}
	return all
}

// facts are the doctor's results for programs.
func facts(results []doctor.Result) []map[string]any {
	var all []map[string]any
	for _, r := range results {
		all = append(all, map[string]any{
			"id": r.ID, "status": r.Status, "message": r.Message, "more": r.More, "because": r.Because, "took": r.Took.Seconds(),
		})
	}
	return all
}

// checkText are the doctor's results as a text.
func checkText(w *i18n.Words, results []doctor.Result) string {
	var b strings.Builder
	for _, r := range results {
		fmt.Fprintf(&b, "%-8s %-20s %s\n", r.Status, r.ID, oneLine(r.Text(w)))
		for _, l := range r.Details(w) {
			fmt.Fprintf(&b, "%30s%s\n", "", oneLine(l))
		}
		if fix := r.Advice(w); fix != "" {
			fmt.Fprintf(&b, "%30s→ %s\n", "", oneLine(fix))
		}
	}
	return b.String()
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// mostFile is read of a file of the project, in bytes.
const mostFile = 1 << 20

// settings are the project's own files and the variables that matter.
func (src Sources) settings(s *scrubber) []raw {
	all := []raw{{name: "environment.txt", about: "environment", text: s.variables(src.Options.Environ)}}
	yamls, envs := src.files()
	for i, f := range yamls {
		name := "config/" + fmt.Sprintf("%02d-", i+1) + filepath.Base(f)
		all = append(all, raw{name: name, about: "settings", text: "# " + f + "\n" + readFile(f), clean: s.yaml})
	}
	for i, f := range envs {
		name := "config/" + fmt.Sprintf("%02d-", len(yamls)+i+1) + "env.txt"
		all = append(all, raw{name: name, about: "dotenv", text: readFile(f), clean: s.dotenv})
	}
	return append(all, src.outside()...)
}

// mostFiles of each kind are put in.
const mostFiles = 16

// files are the project's files, those that compose reads and those that have the usual names: a project that cannot be
// opened has some as well.
func (src Sources) files() (yamls, envs []string) {
	dir := src.Options.Dir
	if dir == "" {
		return nil, nil
	}
	dir = config.Root(dir)
	for _, pattern := range []string{"streamtray.y*ml", "*compose*.y*ml", "*/*compose*.y*ml"} {
		found, err := filepath.Glob(filepath.Join(globbed(dir), pattern))
		if err == nil { // the pattern is right
			yamls = append(yamls, found...)
		}
	}
	envs = []string{filepath.Join(dir, ".env"), filepath.Join(dir, "deployment", ".env")}
	if p := src.Subject.Project; p != nil {
		envs = append(envs, p.Config.Streaming.File, filepath.Join(p.Config.App.Dir, ".env"))
		if c := p.Anatomy().Compose; c != nil {
			for _, f := range c.Files {
				switch {
				case f.Outside || f.Refused: // named, not copied: see outside
				case f.Role == "compose":
					yamls = append(yamls, f.Path)
				case f.Role == "env_file" || f.Role == "dotenv":
					envs = append(envs, f.Path)
				}
			}
		}
	}
	in := projectfile.In(dir)
	return there(in, yamls), there(in, envs)
}

// outside names the files that compose reads and that lie outside of the project's folder: they belong to something else,
// and what they say is the person's to give away.
func (src Sources) outside() []raw {
	p := src.Subject.Project
	if p == nil || p.Anatomy().Compose == nil {
		return nil
	}
	var names strings.Builder
	for _, f := range p.Anatomy().Compose.Files {
		if f.Outside && !f.Missing {
			fmt.Fprintf(&names, "%s (%s)\n", f.Path, f.Role)
		}
	}
	if names.Len() == 0 {
		return nil
	}
	return []raw{{name: "config/outside.txt", about: "outside", text: names.String()}}
}

// globbed is a folder's name that means itself in a pattern.
func globbed(dir string) string {
	if filepath.Separator == '\\' {
		return dir // no way to escape there; a bracket in a folder's name hides its files
	}
	return strings.NewReplacer("[", `\[`, "*", `\*`, "?", `\?`).Replace(dir)
}

// there are the files that exist and lie in the folder, links followed, each once.
func there(in projectfile.Folder, files []string) []string {
	var all []string
	for _, f := range files {
		if _, inside := in.Inside(f); inside && f != "" && in.Regular(f) && !slices.Contains(all, f) && len(all) < mostFiles {
			all = append(all, f)
		}
	}
	return all
}

// readFile is what a file says, or why it cannot be read.
func readFile(path string) string {
	b, err := projectfile.In(filepath.Dir(path)).Read(path, mostFile)
	if err != nil {
		return "# " + err.Error() + "\n"
	}
	return projectfile.Text(b)
}

// inspected is what the compose files mean for a program on this computer.
func (src Sources) inspected(ctx context.Context) []raw {
	p := src.Subject.Project
	if p == nil {
		return nil
	}
	c := p.Anatomy().Compose
	if c == nil || len(src.Words) == 0 {
		return nil
	}
	i, err := project.Inspect(ctx, p.Dir, c.ComposeFiles, src.Options.Environ, src.Words[0])
	if err != nil {
		return []raw{{name: "inspect.json", about: "inspect", text: err.Error() + "\n"}}
	}
	text, err := i.JSON()
	if err != nil {
		text = []byte(err.Error() + "\n")
	}
	return []raw{{name: "inspect.json", about: "inspect", text: string(text)}}
}

// logs are the last lines of the app's log, of every container's and of the agent's.
func (src Sources) logs(ctx context.Context) []raw {
	p := src.Subject.Project
	if p == nil {
		return nil
	}
	sources := []string{"app"}
	if c := p.Anatomy().Compose; c != nil {
		for _, s := range c.Services {
			sources = append(sources, s.Name)
		}
	}
	var all []raw
	for _, name := range sources[:min(len(sources), mostFiles)] {
		all = append(all, raw{name: "logs/" + name + ".txt", about: "log", text: lines(ctx, p, name), tail: true})
	}
	for _, agent := range there(projectfile.In(p.LogFolder()), []string{p.AgentLog()}) {
		all = append(all, raw{name: "logs/agent.txt", about: "agent", text: readEnd(agent), tail: true})
	}
	return all
}

// lines are the last lines of one log, and why there are no more.
func lines(ctx context.Context, p *project.Project, source string) string {
	ctx, cancel := context.WithTimeout(ctx, logWithin)
	defer cancel()
	var b strings.Builder
	for l, err := range p.Logs(ctx, project.LogOptions{Source: source, Tail: lastLines}) {
		if err != nil {
			fmt.Fprintf(&b, "[%v]\n", err)
			break
		}
		fmt.Fprintf(&b, "%s %s %s\n", l.Time.UTC().Format("2006-01-02T15:04:05.000Z"), l.Stream, l.Text)
		if b.Len() > 4*mostEntry { // the end is what counts
			rest := b.String()[b.Len()-2*mostEntry:]
			b.Reset()
			b.WriteString(rest)
		}
	}
	return b.String()
}
