package project

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"streamtray/app/config"
	"streamtray/app/facts"
	"streamtray/docker/compose"
)

// Known is what is known of a project, and what a person would have to be asked.
type Known struct {
	Dir     string
	Facts   []facts.Fact
	Unknown []facts.What
	Partial bool // not all files were read
}

// Facts finds what is known of the project that dir belongs to: what its streamtray.yaml says, then what its compose files
// mean, then what its other files show. Nothing of it is run. The error is that of config.Open.
func Facts(ctx context.Context, dir string, environ []string) (Known, error) {
	c, err := config.Open(dir)
	if err != nil {
		return Known{}, err
	}
	if c.Found == nil {
		c.Found = facts.Find(ctx, c.Dir)
	}
	k := Known{Dir: c.Dir, Facts: c.Found.All(), Unknown: c.Found.Unknown(), Partial: c.Found.Partial}
	k.infrastructure(ctx, c, environment(environ))
	k.said(c)
	return k, nil
}

// infrastructure puts what the compose files mean in the place of what they only seem to be.
func (k *Known) infrastructure(ctx context.Context, c config.Project, env map[string]string) {
	files, settledOn := c.Compose.Files, c.Compose.Files
	if c.Compose.Guessed {
		found, err := compose.Candidates(ctx, c.Dir, env)
		if err != nil {
			return
		}
		found = apart(ctx, found, env)
		settledOn = settled(c, found)
		files = slices.Clone(settledOn)
		for _, f := range found {
			if !slices.Contains(files, f.Path) {
				files = append(files, f.Path)
			}
		}
	}
	seen := slices.DeleteFunc(slices.Clone(k.Facts), func(f facts.Fact) bool { return f.What != facts.ComposeFile })
	k.drop(facts.ComposeFile)
	defer func() { // one that says nothing now is one all the same
		if !slices.ContainsFunc(k.Facts, func(f facts.Fact) bool { return f.What == facts.ComposeFile }) {
			for i := range seen {
				seen[i].Sure = false
			}
			k.Facts = append(k.Facts, seen...)
		}
	}()
	for i, file := range files {
		p, err := compose.Load(ctx, compose.Options{Dir: c.Dir, Files: []string{file}, Env: env})
		if err != nil {
			continue
		}
		r := compose.Inspect(p)
		sure := slices.Contains(settledOn, file)
		at := facts.Place{File: k.rel(file), Line: 1}
		k.add(facts.Fact{What: facts.ComposeFile, Value: at.File, Where: at.String(), Sure: sure})
		for _, cluster := range r.Clusters {
			for _, s := range p.Services {
				if slices.Contains(cluster.Brokers, s.Name) {
					at.Line = s.Line
					break
				}
			}
			if len(cluster.Bootstrap) > 0 && i == 0 {
				k.add(facts.Fact{What: facts.Bootstrap, Value: strings.Join(cluster.Bootstrap, ","), Where: at.String(), Sure: sure})
			}
		}
	}
}

func (k *Known) rel(file string) string {
	rel, err := filepath.Rel(k.Dir, file)
	if err != nil {
		return file
	}
	return filepath.ToSlash(rel)
}

func (k *Known) add(f facts.Fact) { k.Facts = append(k.Facts, f) }

func (k *Known) drop(what facts.What) {
	k.Facts = slices.DeleteFunc(k.Facts, func(f facts.Fact) bool { return f.What == what })
}

// said puts what the project's own streamtray.yaml says in the place of what was found: it is the user's word.
func (k *Known) said(c config.Project) {
	say := func(key string, what facts.What, values ...any) {
		line, ok := c.Given[key]
		if !ok {
			return
		}
		k.drop(what)
		k.Unknown = slices.DeleteFunc(k.Unknown, func(w facts.What) bool { return w == what })
		for _, v := range values {
			if v != "" {
				k.add(facts.Fact{What: what, Value: v, Where: facts.Place{File: k.rel(c.File), Line: line}.String(), Sure: true})
			}
		}
	}
	say("app.command", facts.Command, c.App.Command)
	if _, ok := c.Given["app.dir"]; ok {
		say("app.dir", facts.Dir, k.rel(c.App.Dir))
	} else {
		say("app.command", facts.Dir, k.rel(c.App.Dir)) // it runs in the project's folder where the file names no other
	}
	say("app.ready.http", facts.HTTP, c.App.Ready.HTTP)
	say("kafka.env", facts.AddressVar, c.Kafka.Env)
	say("kafka.bootstrap", facts.Bootstrap, strings.Join(c.Kafka.Bootstrap, ","))
	say("streaming.env", facts.FlagVar, c.Streaming.Env)
	var topics []any
	for _, t := range c.Kafka.Topics {
		topics = append(topics, t.Name)
	}
	say("kafka.topics", facts.TopicName, topics...)
}
