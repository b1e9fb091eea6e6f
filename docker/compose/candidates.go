package compose

import (
	"cmp"
	"context"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"streamtray/internal/lazyregexp"
	"streamtray/internal/usererr"
)

// Candidate is a compose file of a folder that holds a Kafka broker.
type Candidate struct {
	Path      string // absolute
	Brokers   []string
	Reachable bool // a program on this host could use it as it is
}

// Bounds of the walk through a project folder.
const (
	maxDepth      = 4
	maxEntries    = 20_000
	maxCandidates = 60
)

var (
	composeName = lazyregexp.New(`(?i)(compose|kafka|redpanda|infra|docker|stack)[^/]*\.ya?ml$`)
	skipFolder  = lazyregexp.New(`^(\.|node_modules$|venv|env$|__pycache__$|site-packages$|vendor$|target$|dist$|build$|testdata$)`)
	holdsKafka  = lazyregexp.New(`(?i)kafka|redpanda`)
	anyService  = lazyregexp.New(`(?m)^(services|include):|^\s+image:`)
)

// Candidates finds the compose files of a project folder that hold a broker, the likeliest first:
// deployment/docker-compose.infra.yml, then Compose's own names in the folder, then any other, the nearer and the more
// plainly named first. It looks at a bounded number of files and follows no links; override files count with the file
// they override.
func Candidates(ctx context.Context, dir string, env map[string]string) ([]Candidate, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, usererr.New("compose.no_file", map[string]any{"Path": dir}, err).Terminal()
	}
	var out []Candidate
	for _, path := range composeFiles(dir) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		p, err := Load(ctx, Options{Files: []string{path}, Env: env})
		if err != nil {
			continue // vanished since the walk
		}
		if r := Inspect(p); len(r.Clusters) > 0 {
			c := Candidate{Path: path, Reachable: r.Reachable}
			for _, cluster := range r.Clusters {
				c.Brokers = append(c.Brokers, cluster.Brokers...)
			}
			out = append(out, c)
		}
	}
	return out, ctx.Err()
}

// composeFiles are the files below a folder that may be compose files with a broker, ranked.
func composeFiles(dir string) []string {
	var out []string
	entries := 0
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if entries++; entries > maxEntries {
			return filepath.SkipAll
		}
		rel, _ := filepath.Rel(dir, path)
		switch {
		case err != nil && d != nil && d.IsDir():
			return filepath.SkipDir // a folder that may not be read holds nothing for us
		case err != nil:
			return nil //nolint:nilerr // nor does a file
		case d.IsDir():
			if rel != "." && skipFolder.MatchString(d.Name()) || strings.Count(rel, string(filepath.Separator)) >= maxDepth {
				return filepath.SkipDir
			}
		case d.Type().IsRegular() && composeName.MatchString(d.Name()) && !strings.Contains(d.Name(), ".override."):
			if mentionsKafka(path) {
				out = append(out, path)
			}
		}
		return nil
	})
	slices.SortStableFunc(out, func(a, b string) int {
		return cmp.Or(cmp.Compare(rank(dir, a), rank(dir, b)), strings.Compare(a, b))
	})
	return out[:min(len(out), maxCandidates)]
}

// mentionsKafka is a cheap look before a file is loaded. A file that includes others is looked at in any case.
func mentionsKafka(path string) bool {
	r := newReader(filepath.Dir(path))
	text, err := r.content(path)
	return err == nil && anyService.Match(text) && (holdsKafka.Match(text) || strings.Contains(string(text), "include:"))
}

// rank is lower the likelier a file is the one: by its name first, then by how deep it lies.
func rank(dir, path string) int {
	rel, _ := filepath.Rel(dir, path)
	rel = filepath.ToSlash(rel)
	depth := strings.Count(rel, "/")
	name := filepath.Base(path)
	switch {
	case rel == "deployment/docker-compose.infra.yml":
		return 0
	case depth == 0 && slices.Contains(defaultNames, name):
		return 1 + slices.Index(defaultNames, name)
	case strings.Contains(name, "test") || strings.Contains(name, "prod") || strings.Contains(rel, "example"):
		return 100 + depth
	case strings.Contains(name, "compose"):
		return 10 + 2*depth
	}
	return 11 + 2*depth
}
