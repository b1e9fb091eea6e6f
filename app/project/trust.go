package project

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"streamtray/app/config"
	"streamtray/app/settings"
	"streamtray/docker/compose"
	"streamtray/internal/projectfile"
	"streamtray/internal/usererr"
)

// Card is everything that a project would run on the person's computer, for them to look at before they trust it.
type Card struct {
	Command  []string      `json:"command"`
	Dir      string        `json:"dir"`
	Env      []string      `json:"env,omitempty"`      // "KEY=value", sorted
	Files    []CardFile    `json:"files,omitempty"`    // of compose
	Services []CardService `json:"services,omitempty"` // that would be started
}

// CardFile is a file that decides about what runs.
type CardFile struct {
	Path    string `json:"path"`
	Outside bool   `json:"outside,omitempty"` // of the project's folder
	Hash    string `json:"hash"`              // of its content; empty for one that is not there
}

// CardService is a container that would run.
type CardService struct {
	Name   string   `json:"name"`
	Image  string   `json:"image,omitempty"`
	Ports  []string `json:"ports,omitempty"`
	Mounts []string `json:"mounts,omitempty"` // folders of this computer that it would see
}

// Card puts together what the project would run.
func (p *Project) Card() (Card, error) {
	c := Card{Command: p.Config.App.Command, Dir: p.Config.App.Dir}
	for _, k := range slices.Sorted(maps.Keys(p.Config.App.Env)) {
		c.Env = append(c.Env, k+"="+p.Config.App.Env[k])
	}
	if p.compose == nil {
		return c, nil
	}
	var err error
	if c.Files, err = hashed(p.compose.Files, p.Config.Streaming); err != nil {
		return Card{}, err
	}
	for _, s := range p.compose.Services {
		if !slices.Contains(p.stack.Services, s.Name) {
			continue
		}
		c.Services = append(c.Services, cardService(s))
	}
	return c, nil
}

// cardService tells a container that would run.
func cardService(s compose.Service) CardService {
	c := CardService{Name: s.Name, Image: s.Image}
	for _, port := range s.Ports {
		c.Ports = append(c.Ports, port.String())
	}
	for _, v := range s.Volumes {
		if v.Bind {
			c.Mounts = append(c.Mounts, v.Source+":"+v.Target)
		}
	}
	return c
}

// Line is one line of a card: what kind of thing it tells (command, dir, env, file, outside, container or mount), and
// the thing. Of a file's content there is only a hash.
type Line struct{ Kind, Text, Hash string }

// Lines is the card line by line, as it is shown and remembered.
func (c Card) Lines() []Line {
	lines := []Line{{Kind: "command", Text: c.CommandLine()}, {Kind: "dir", Text: c.Dir}}
	for _, e := range c.Env {
		lines = append(lines, Line{Kind: "env", Text: e})
	}
	for _, f := range c.Files {
		lines = append(lines, Line{Kind: "file", Text: f.Path, Hash: f.Hash})
		if f.Outside {
			lines = append(lines, Line{Kind: "outside"})
		}
	}
	for _, s := range c.Services {
		lines = append(lines, Line{Kind: "container", Text: strings.TrimSpace(s.Name + "  " + s.Image + "  " + strings.Join(s.Ports, " "))})
		for _, m := range s.Mounts {
			lines = append(lines, Line{Kind: "mount", Text: m})
		}
	}
	return lines
}

// Hash changes when anything on the card does.
func (c Card) Hash() string {
	b, err := json.Marshal(c)
	if err != nil { // strings and lists of them always marshal
		panic(err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// mostHashed is the size in bytes up to which a file of compose's is read; the compose package has the same bound.
const mostHashed = 1 << 20

// hashed are files with what they say. The streaming flag is left out: we set it ourselves, often in a file that compose
// reads too, and neither trust nor containers depend on it.
func hashed(files []compose.File, flag config.Streaming) ([]CardFile, error) {
	var all []CardFile
	for _, f := range files {
		if f.Refused {
			all = append(all, CardFile{Path: f.Path, Outside: f.Outside, Hash: "refused"})
			continue
		}
		text, err := projectfile.In(filepath.Dir(f.Path)).Read(f.Path, mostHashed)
		switch {
		case os.IsNotExist(err):
			all = append(all, CardFile{Path: f.Path, Outside: f.Outside})
			continue
		case err != nil:
			return nil, usererr.New("project.unreadable", map[string]any{"File": f.Path}, err)
		case f.Path == flag.File:
			if text = without(text, flag.Env); len(text) == 0 {
				continue
			}
		}
		sum := sha256.Sum256(text)
		all = append(all, CardFile{Path: f.Path, Outside: f.Outside, Hash: hex.EncodeToString(sum[:8])})
	}
	return all, nil
}

// without is the text of a .env file without the lines that set a variable.
func without(text []byte, variable string) []byte {
	line := regexp.MustCompile(`(?m)^[ \t]*(export[ \t]+)?` + regexp.QuoteMeta(variable) + `[ \t]*=.*(\n|\z)`)
	return bytes.TrimRight(line.ReplaceAll(text, nil), "\r\n")
}

// Trusts reports whether the person trusts what is on the card, and whether they trusted something else of this project
// before.
func (p *Project) Trusts(c Card) (trusts, changed bool) {
	return p.options.Settings.Trusts(p.Dir, c.Hash())
}

// Trust remembers that the person trusts what is on the card.
func (p *Project) Trust(c Card) error {
	return settings.Change(p.options.Folders, func(s *settings.Settings) {
		s.Trust(p.Dir, c.Hash(), remembered(c))
	})
}

// CommandLine is the command as a person would read it: what is one argument is seen as one.
func (c Card) CommandLine() string {
	args := make([]string, len(c.Command))
	for i, a := range c.Command {
		if args[i] = a; a == "" || strings.ContainsAny(a, " \t\n\"'") {
			args[i] = strconv.Quote(a)
		}
	}
	return strings.Join(args, " ")
}
