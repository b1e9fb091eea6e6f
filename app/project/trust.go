package project

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"

	"streamtray/app/fault"
	"streamtray/app/settings"
	"streamtray/docker/compose"
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
	for _, f := range p.compose.Files {
		h, err := contentHash(f.Path)
		if err != nil {
			return Card{}, err
		}
		c.Files = append(c.Files, CardFile{Path: f.Path, Outside: f.Outside, Hash: h})
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

func contentHash(path string) (string, error) {
	b, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return "", nil
	}
	if err != nil {
		return "", fault.New("project.unreadable", map[string]any{"File": path}, err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8]), nil
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

// CommandLine is the command as a person would read it.
func (c Card) CommandLine() string { return strings.Join(c.Command, " ") }
