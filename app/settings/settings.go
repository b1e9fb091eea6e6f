// Package settings is what belongs to the person: language, consents, trusted projects. It lies in the user's own
// folders, never in a project.
package settings

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"streamtray/internal/atomicfile"
	"streamtray/internal/usererr"
)

// Folders are where what belongs to the person lies.
type Folders struct {
	Config string // settings
	Data   string // logs, the embedded broker's records, state
}

// Find gives this user's folders. STREAMTRAY_HOME puts both below one folder of the caller's choice.
func Find(getenv func(string) string) (Folders, error) {
	if home := getenv("STREAMTRAY_HOME"); home != "" {
		home, err := filepath.Abs(home)
		return Folders{Config: filepath.Join(home, "config"), Data: filepath.Join(home, "data")}, err
	}
	config, err := configDir(getenv)
	if err != nil {
		return Folders{}, err
	}
	data, err := dataDir(getenv)
	if err != nil {
		return Folders{}, err
	}
	return Folders{Config: filepath.Join(config, "StreamTray"), Data: filepath.Join(data, "StreamTray")}, nil
}

// Settings are what the person chose. The zero value is what a new user has.
type Settings struct {
	Language    string              `json:"language,omitempty"`     // en or zh; empty: the system's
	Theme       string              `json:"theme,omitempty"`        // light or dark; empty: the system's
	OnQuit      string              `json:"on_quit,omitempty"`      // keep, stop or ask; empty: keep
	StartEngine bool                `json:"start_engine,omitempty"` // the engine may be started for the person
	Quiet       bool                `json:"quiet,omitempty"`        // no notifications
	Recent      []string            `json:"recent,omitempty"`       // project folders, the last opened first
	Trusted     map[string]string   `json:"trusted,omitempty"`      // project folder -> hash of what it ran when it was trusted
	Cards       map[string][]string `json:"cards,omitempty"`        // recent project folder -> what it ran then, line by line
	Compose     map[string][]string `json:"compose,omitempty"`      // project folder -> the compose files chosen among several

	// Remote are what the person agreed to have fetched from elsewhere: project folder -> includes and builds by name.
	Remote map[string][]string `json:"remote,omitempty"`

	// Ports are the ports of this computer that give way: project folder -> published port -> the one used instead.
	Ports map[string]map[int]int `json:"ports,omitempty"`

	// Window is how the window was left.
	Window Window `json:"window,omitzero"`

	// Resume is what the tray did when it was asked to end for a moment, as by an upgrade: its next start goes on with it, once.
	Resume *Resume `json:"resume,omitempty"`

	// Notice is told when the file could not be read and was set aside; it is not saved.
	Notice error `json:"-"`

	others map[string]json.RawMessage // what another version of this program keeps here
}

// Resume is a project that was wanted up, and whether it was to stream.
type Resume struct {
	Dir       string `json:"dir"`
	Streaming bool   `json:"streaming"`
}

// Window is the size of the window, in units that its scale leaves out, and the page that it showed.
type Window struct {
	Width  float32 `json:"width"`
	Height float32 `json:"height"`
	Page   string  `json:"page"`
}

const file = "settings.json"

// Load reads the settings. A file that cannot be understood is set aside, never lost; the settings are then those of a
// new user, with a Notice.
func Load(f Folders) (Settings, error) {
	if unlock, err := lock(f.Config); err == nil { // a folder that cannot be written can be read all the same
		defer unlock()
	}
	return load(f)
}

// bom is what Windows' editors begin a file with.
var bom = []byte("\ufeff")

func load(f Folders) (Settings, error) {
	path := filepath.Join(f.Config, file)
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Settings{}, nil
	}
	if err != nil {
		return Settings{}, usererr.New("settings.unreadable", map[string]any{"File": path}, err)
	}
	b = bytes.TrimPrefix(b, bom)
	var s Settings
	if err := errors.Join(json.Unmarshal(b, &s), json.Unmarshal(b, &s.others)); err != nil {
		aside := path + ".broken-" + time.Now().Format("20060102-150405.000")
		if err := atomicfile.Rename(path, aside); err != nil {
			return Settings{}, usererr.New("settings.unreadable", map[string]any{"File": path}, err)
		}
		return Settings{Notice: usererr.New("settings.set_aside", map[string]any{"File": aside}, err)}, nil
	}
	return s, nil
}

// Change reads the settings, has them changed and saves them whole: whoever reads meanwhile sees the old or the new
// ones, and what another process changes at the same time is kept too. A process that ends in the middle leaves the old
// ones.
func Change(f Folders, change func(*Settings)) error {
	unwritable := func(err error) error {
		return usererr.New("settings.unwritable", map[string]any{"File": filepath.Join(f.Config, file)}, err)
	}
	if err := os.MkdirAll(f.Config, 0o700); err != nil {
		return unwritable(err)
	}
	unlock, err := lock(f.Config)
	if err != nil {
		return unwritable(err)
	}
	defer unlock()
	s, err := load(f)
	if err != nil {
		return err
	}
	change(&s)
	if err := save(f, s); err != nil {
		return unwritable(err)
	}
	return nil
}

func save(f Folders, s Settings) error {
	b, err := s.marshal()
	if err != nil {
		return err
	}
	return atomicfile.Write(filepath.Join(f.Config, file), b, 0o600)
}

// marshal writes the settings, and beside them what this version does not know.
func (s Settings) marshal() ([]byte, error) {
	known, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	all := map[string]json.RawMessage{}
	for k, v := range s.others {
		if !slices.Contains(names, k) {
			all[k] = v
		}
	}
	if err := json.Unmarshal(known, &all); err != nil {
		return nil, err
	}
	return json.MarshalIndent(all, "", "  ")
}

// names are the keys of this version, which a cleared setting leaves out.
var names = []string{"language", "theme", "on_quit", "start_engine", "quiet", "recent", "trusted", "cards", "compose", "ports", "remote", "window", "resume"}

// maxRecent is how many project folders are remembered.
const maxRecent = 10

// Opened puts a project's folder in front of the recent ones.
func (s *Settings) Opened(dir string) {
	s.Recent = slices.DeleteFunc(s.Recent, func(d string) bool { return d == dir })
	s.Recent = slices.Insert(s.Recent, 0, dir)
	s.Recent = s.Recent[:min(len(s.Recent), maxRecent)]
}

// Trust remembers that the person trusts what the project in dir runs: by a hash of it, and, as long as the project is
// among the recent ones, by what was shown, so that a later question can tell what changed.
func (s *Settings) Trust(dir, hash string, card []string) {
	s.Opened(dir)
	s.Trusted = with(s.Trusted, dir, hash)
	s.Cards = with(s.Cards, dir, card)
	maps.DeleteFunc(s.Cards, func(d string, _ []string) bool { return !slices.Contains(s.Recent, d) })
}

// TrustRemote remembers what of elsewhere the person agreed to by name, for the project in dir.
func (s *Settings) TrustRemote(dir string, names []string) {
	for _, n := range names {
		if !slices.Contains(s.Remote[dir], n) {
			s.Remote = with(s.Remote, dir, append(slices.Clone(s.Remote[dir]), n))
		}
	}
}

// DistrustRemote takes back what the person agreed to of elsewhere, by name.
func (s *Settings) DistrustRemote(dir string, names []string) {
	if left := slices.DeleteFunc(slices.Clone(s.Remote[dir]), func(n string) bool { return slices.Contains(names, n) }); len(left) < len(s.Remote[dir]) {
		s.Remote = with(s.Remote, dir, left)
	}
}

// Forget takes back that the person trusts the project in dir, and whatever of elsewhere they agreed to for it. It reports
// whether there was anything to take back.
func (s *Settings) Forget(dir string) bool {
	_, trusted := s.Trusted[dir]
	_, remote := s.Remote[dir]
	delete(s.Trusted, dir)
	delete(s.Cards, dir)
	delete(s.Remote, dir)
	return trusted || remote
}

// Choose remembers which of several compose files is the project's.
func (s *Settings) Choose(dir string, files []string) { s.Compose = with(s.Compose, dir, files) }

// Move remembers which ports of the project give way to which; none forgets those of before.
func (s *Settings) Move(dir string, to map[int]int) {
	if len(to) == 0 {
		delete(s.Ports, dir)
		return
	}
	s.Ports = with(s.Ports, dir, to)
}

// with is m, made when it is nil, with v at k.
func with[V any](m map[string]V, k string, v V) map[string]V {
	if m == nil {
		m = map[string]V{}
	}
	m[k] = v
	return m
}

// Trusts reports whether the person trusts the project in dir with what the hash stands for, and whether they trusted
// it with something else.
func (s Settings) Trusts(dir, hash string) (trusts, changed bool) {
	h, ok := s.Trusted[dir]
	return ok && h == hash, ok && h != hash
}
