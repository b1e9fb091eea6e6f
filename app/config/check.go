package config

import (
	"errors"
	"path/filepath"
	"strings"

	"streamtray/internal/projectfile"
)

// check finds what is wrong between keys, and makes paths absolute.
func (p *Project) check(r *reader) {
	missing := func(key string) { r.problemWith(key, "config.missing", nil) }
	if p.Kafka.Mode == Remote && len(p.Kafka.Bootstrap) == 0 {
		missing("kafka.bootstrap")
	}
	remote := p.Kafka.Remote
	if strings.HasPrefix(remote.Security, "SASL") && remote.Keyring == "" && (remote.UserEnv == "" || remote.PasswordEnv == "") {
		r.problemWith("kafka.remote.security", "config.no_credentials", map[string]any{"Value": remote.Security})
	}
	if _, given := p.Given["app.command"]; given && p.App.Name == "" && (len(p.App.Command) == 0 || p.App.Command[0] == "") {
		missing("app.command")
	}
	if p.Streaming.Env != "" && p.Streaming.On == p.Streaming.Off {
		r.problemWith("streaming.off", "config.same_flag", map[string]any{"Value": p.Streaming.On})
	}
	p.paths(r)
}

// paths makes paths absolute. What the project runs in and writes to stays within its folder, links followed; a compose
// file and a certificate may be shared by several projects.
func (p *Project) paths(r *reader) {
	key := "app"
	if p.App.Name != "" {
		key = "apps." + p.App.Name
	}
	p.App.Dir = p.inside(r, key+".dir", p.App.Dir)
	for i, a := range p.More {
		p.More[i].Dir = p.inside(r, "apps."+a.Name+".dir", a.Dir)
	}
	if p.Streaming.File != "" {
		p.Streaming.File = p.inside(r, "streaming.file", p.Streaming.File)
	}
	for i, f := range p.Compose.Files {
		p.Compose.Files[i] = p.absolute(f)
		if _, err := projectfile.In(p.Dir).Resolve(p.Compose.Files[i]); errors.Is(err, projectfile.ErrNetwork) {
			r.problemWith("compose.files", "config.outside", map[string]any{"Value": f}) // who looks there sends it the login
		}
	}
	if f := p.Kafka.Remote.CAFile; f != "" {
		p.Kafka.Remote.CAFile = p.absolute(f)
	}
}

func (p *Project) absolute(path string) string {
	path = filepath.FromSlash(path)
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(p.Dir, path)
}

func (p *Project) inside(r *reader, key, path string) string {
	full := p.absolute(path)
	if rel, err := filepath.Rel(p.Dir, full); err != nil || !filepath.IsLocal(rel) {
		r.problemWith(key, "config.outside", map[string]any{"Value": path})
		return full
	}
	if real, in := projectfile.In(p.Dir).Inside(full); !in {
		r.problemWith(key, "config.outside_link", map[string]any{"Value": path, "Real": real})
	}
	return full
}
