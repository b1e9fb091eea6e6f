package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"streamtray/app/fault"
)

// maxBytes bounds the file. Ours have some hundred bytes; what is larger is not one of ours.
const maxBytes = 1 << 20

// Load reads a project's file and checks it. Every mistake is an error of its own in the joined error, with file, line
// and column; with any, nothing may be started.
func Load(file string) (Project, error) {
	file, err := filepath.Abs(file)
	if err != nil {
		return Project{}, err
	}
	text, err := read(file)
	if err != nil {
		return Project{}, err
	}
	return parse(file, text)
}

func read(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fault.New("config.unreadable", map[string]any{"File": file}, err).Terminal()
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxBytes+1))
	if err != nil {
		return nil, fault.New("config.unreadable", map[string]any{"File": file}, err).Terminal()
	}
	if len(b) > maxBytes {
		return nil, fault.New("config.too_large", map[string]any{"File": file, "Max": maxBytes / 1024}, nil).Terminal()
	}
	// Windows' editors write a byte order mark, and older ones UTF-16.
	text, _, err := transform.Bytes(unicode.BOMOverride(transform.Nop), b)
	if err != nil {
		return nil, fault.New("config.unreadable", map[string]any{"File": file}, err).Terminal()
	}
	return bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")), nil
}

func parse(file string, text []byte) (Project, error) {
	p := Default(filepath.Dir(file))
	p.File = file
	tree, err := parser.ParseBytes(text, 0)
	if err != nil {
		return Project{}, syntax(file, err)
	}
	r := &reader{file: file, anchors: map[string]ast.Node{}}
	for _, doc := range tree.Docs {
		if doc.Body != nil {
			p.read(r, doc.Body)
		}
	}
	p.settle(r)
	if len(r.problems) > 0 {
		return Project{}, errors.Join(r.problems...)
	}
	return p, nil
}

// syntax tells what the parser could not read, and where.
func syntax(file string, err error) error {
	args := map[string]any{"File": file, "Line": 1, "Column": 1, "Why": err.Error()}
	var told yaml.Error
	if errors.As(err, &told) {
		args["Why"] = told.GetMessage()
		if t := told.GetToken(); t != nil {
			args["Line"], args["Column"] = t.Position.Line, t.Position.Column
		}
	}
	return fault.New("config.syntax", args, nil).Terminal()
}

// read takes over what the file says.
func (p *Project) read(r *reader, body ast.Node) {
	version := Version
	password := func(n ast.Node, at string) { r.problem("config.password", n.GetToken(), map[string]any{"Key": at}) }
	r.mapping(body, "", fields{
		"version": r.number(&version, Version, Version),
		"name":    r.text(&p.Name),
		"compose": func(n ast.Node, at string) {
			r.mapping(n, at, fields{
				"files": r.list(&p.Compose.Files), "services": r.list(&p.Compose.Services), "profiles": r.list(&p.Compose.Profiles),
			})
		},
		"kafka": func(n ast.Node, at string) {
			r.mapping(n, at, fields{
				"mode":      r.oneOf(&p.Kafka.Mode, Docker, Embedded, Remote),
				"bootstrap": r.addresses(&p.Kafka.Bootstrap),
				"env":       r.text(&p.Kafka.Env),
				"port":      r.number(&p.Kafka.Port, 0, 65535),
				"topics":    r.topics(&p.Kafka.Topics),
				"remote": func(n ast.Node, at string) {
					r.mapping(n, at, fields{
						"security":     r.oneOf(&p.Kafka.Remote.Security, "PLAINTEXT", "SASL_PLAINTEXT", "SSL", "SASL_SSL"),
						"mechanism":    r.oneOf(&p.Kafka.Remote.Mechanism, "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"),
						"user_env":     r.text(&p.Kafka.Remote.UserEnv),
						"password_env": r.text(&p.Kafka.Remote.PasswordEnv),
						"keyring":      r.text(&p.Kafka.Remote.Keyring),
						"ca_file":      r.text(&p.Kafka.Remote.CAFile),
						"password":     password,
						"user":         password,
					})
				},
			})
		},
		"streaming": func(n ast.Node, at string) {
			r.mapping(n, at, fields{
				"env": r.text(&p.Streaming.Env), "on": r.text(&p.Streaming.On), "off": r.text(&p.Streaming.Off), "file": r.text(&p.Streaming.File),
			})
		},
		"app": func(n ast.Node, at string) {
			r.mapping(n, at, fields{
				"command": r.list(&p.App.Command), "dir": r.text(&p.App.Dir), "env": r.table(&p.App.Env),
				"ready": func(n ast.Node, at string) {
					r.mapping(n, at, fields{"log": r.text(&p.App.Ready.Log), "http": r.text(&p.App.Ready.HTTP)})
				},
				"failed": r.list(&p.App.Failed), "degraded": r.list(&p.App.Degraded),
			})
		},
		"limits": r.durations(p.Limits),
	})
	p.check(r, body)
}

// addresses reads a list of host:port.
func (r *reader) addresses(to *[]string) func(ast.Node, string) {
	return func(n ast.Node, at string) {
		var all []string
		for i, item := range r.items(n, at) {
			s, ok := r.scalar(item, fmt.Sprintf("%s[%d]", at, i))
			if !ok {
				continue
			}
			if host, port, err := net.SplitHostPort(s); err != nil || host == "" || port == "" {
				r.problem("config.bad_address", item.GetToken(), map[string]any{"Key": at, "Value": s})
				continue
			}
			all = append(all, s)
		}
		*to = all
	}
}

// maxPartitions is far above what one developer's broker can carry.
const maxPartitions = 10_000

func (r *reader) topics(to *[]Topic) func(ast.Node, string) {
	return func(n ast.Node, at string) {
		var all []Topic
		for i, item := range r.items(n, at) {
			t := Topic{Partitions: 1, Replication: 1}
			at := fmt.Sprintf("%s[%d]", at, i)
			r.mapping(item, at, fields{
				"name": r.text(&t.Name), "partitions": r.number(&t.Partitions, 1, maxPartitions), "replication": r.number(&t.Replication, 1, 100),
				"config": r.table(&t.Config), "env": r.text(&t.Env), "about": r.text(&t.About),
			})
			if t.Name == "" {
				r.problem("config.missing", item.GetToken(), map[string]any{"Key": at + ".name"})
				continue
			}
			if slices.ContainsFunc(all, func(other Topic) bool { return other.Name == t.Name }) {
				r.problem("config.topic_twice", item.GetToken(), map[string]any{"Key": at, "Name": t.Name})
			}
			all = append(all, t)
		}
		*to = all
	}
}

// check finds what is wrong between keys.
func (p *Project) check(r *reader, body ast.Node) {
	t := body.GetToken()
	missing := func(key string) { r.problem("config.missing", t, map[string]any{"Key": key}) }
	if p.Kafka.Mode == Remote && len(p.Kafka.Bootstrap) == 0 {
		missing("kafka.bootstrap")
	}
	remote := p.Kafka.Remote
	if strings.HasPrefix(remote.Security, "SASL") && remote.Keyring == "" && (remote.UserEnv == "" || remote.PasswordEnv == "") {
		missing("kafka.remote.keyring")
	}
	if len(p.App.Command) == 0 {
		missing("app.command")
	}
	if p.Streaming.Env == "" {
		missing("streaming.env")
	}
	if p.Streaming.On == p.Streaming.Off {
		r.problem("config.same_flag", t, map[string]any{"Value": p.Streaming.On})
	}
}

// settle makes paths absolute. What the project starts and writes to stays within its folder.
func (p *Project) settle(r *reader) {
	inside := func(key, path string) string {
		if path == "" {
			return ""
		}
		if !filepath.IsLocal(filepath.FromSlash(path)) {
			r.problems = append(r.problems, fault.New("config.outside", map[string]any{"File": r.file, "Key": key, "Value": path}, nil).Terminal())
			return path
		}
		return filepath.Join(p.Dir, filepath.FromSlash(path))
	}
	if !filepath.IsAbs(p.App.Dir) { // the default is
		p.App.Dir = inside("app.dir", p.App.Dir)
	}
	p.Streaming.File = inside("streaming.file", p.Streaming.File)
	for i, f := range p.Compose.Files { // a compose file may be shared by several projects
		if !filepath.IsAbs(f) {
			p.Compose.Files[i] = filepath.Join(p.Dir, filepath.FromSlash(f))
		}
	}
	if f := p.Kafka.Remote.CAFile; f != "" && !filepath.IsAbs(f) {
		p.Kafka.Remote.CAFile = filepath.Join(p.Dir, filepath.FromSlash(f))
	}
}
