package compose

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"streamtray/app/testenv"
	"streamtray/internal/usererr"
)

// project writes files into a fresh folder, by their path there, and gives the folder.
func project(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func loadDir(t testing.TB, files map[string]string) *Project {
	t.Helper()
	p, err := Load(t.Context(), Options{Dir: project(t, files)})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Where compose-go accepts a project its values count; where it does not, ours do. Both must read alike.
func TestReadingAloneGivesWhatComposeGoGives(t *testing.T) {
	for name, file := range corpus(t) {
		o := Options{Dir: filepath.Join("testdata/corpus", name), Files: []string{file}}
		theirs, err := Load(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		if !theirs.Accepted {
			continue
		}
		o.tolerant = true
		ours, err := Load(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range theirs.Services {
			got := ours.Services[i]
			for field, pair := range map[string][2]any{
				"name":        {got.Name, want.Name},
				"image":       {got.Image, want.Image},
				"environment": {got.Environment, want.Environment},
				"ports":       {got.Ports, want.Ports},
				"command":     {got.Command, want.Command},
				"entrypoint":  {got.Entrypoint, want.Entrypoint},
				"volumes":     {got.Volumes, want.Volumes},
				"profiles":    {got.Profiles, want.Profiles},
				"needs":       {got.DependsOn, want.DependsOn},
				"health":      {got.HealthCheck, want.HealthCheck},
				"files":       {got.files, want.files},
			} {
				if !same(pair[0], pair[1]) {
					t.Errorf("%s: %s of %s: got %v, want %v", name, field, want.Name, pair[0], pair[1])
				}
			}
		}
	}
}

func same(a, b any) bool {
	va, vb := reflect.ValueOf(a), reflect.ValueOf(b)
	if va.Kind() == reflect.Slice && va.Len() == 0 && vb.Len() == 0 {
		return true
	}
	return reflect.DeepEqual(a, b)
}

func TestTheProjectIsNamedAsComposeNamesIt(t *testing.T) {
	one := "services: {a: {image: b}}\n"
	for _, tc := range []struct{ folder, text, env, want string }{
		{"My App_1", one, "", "myapp_1"},
		{"x", "name: ${N:-given}\n" + one, "", "given"},
		{"x", "name: given\n" + one, "COMPOSE_PROJECT_NAME=told\n", "told"},
	} {
		dir := project(t, map[string]string{tc.folder + "/compose.yml": tc.text, tc.folder + "/.env": tc.env})
		p, err := Load(t.Context(), Options{Dir: filepath.Join(dir, tc.folder)})
		if err != nil {
			t.Fatal(err)
		}
		if p.Name != tc.want {
			t.Errorf("folder %q: got %q, want %q", tc.folder, p.Name, tc.want)
		}
	}
}

// A folder named in Chinese leaves nothing that Compose allows; the name must be the same every time, or each start
// would make new volumes.
func TestAFolderNamedInChineseKeepsOneName(t *testing.T) {
	dir := filepath.Join(project(t, map[string]string{"检测/compose.yml": "services: {a: {image: b}}\n"}), "检测")
	var names []string
	for range 2 {
		p, err := Load(t.Context(), Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, p.Name)
	}
	if names[0] != names[1] || !strings.HasPrefix(names[0], "project-") {
		t.Errorf("got %q, want one name twice, beginning project-", names)
	}
}

func TestTheCallersEnvironmentOutranksDotEnv(t *testing.T) {
	dir := project(t, map[string]string{
		"compose.yml": "services: {a: {image: \"b:${TAG}\", environment: [BARE, UNSET]}}\n", ".env": "TAG=1\nBARE=file\n",
	})
	p, err := Load(t.Context(), Options{Dir: dir, Env: map[string]string{"TAG": "2"}})
	if err != nil {
		t.Fatal(err)
	}
	s := p.Services[0]
	if want := map[string]string{"BARE": "file"}; s.Image != "b:2" || !maps.Equal(s.Environment, want) {
		t.Errorf("got %q with %v, want b:2 with %v", s.Image, s.Environment, want)
	}
}

func TestOnlyServicesOfTheProfilesAskedForAreActive(t *testing.T) {
	dir := project(t, map[string]string{"compose.yml": "services: {a: {image: x}, b: {image: x, profiles: [p]}, c: {image: x, profiles: [q]}}\n"})
	for _, tc := range []struct{ ask, want []string }{
		{nil, []string{"a", "b", "c"}},
		{[]string{"p"}, []string{"a", "b"}},
		{[]string{"*"}, []string{"a", "b", "c"}},
	} {
		p, err := Load(t.Context(), Options{Dir: dir, Profiles: tc.ask})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, s := range p.Services {
			if s.Active {
				got = append(got, s.Name)
			}
		}
		if !slices.Equal(got, tc.want) {
			t.Errorf("profiles %v: got %v, want %v", tc.ask, got, tc.want)
		}
	}
}

func TestFilesOutsideTheFolderAreNamed(t *testing.T) {
	dir := project(t, map[string]string{
		"app/compose.yml":  "include: [../shared/kafka.yml]\nservices:\n  a:\n    image: x\n    env_file: [../secret.env, own.env]\n",
		"shared/kafka.yml": "services:\n  b:\n    extends: {file: base.yml, service: c}\n",
		"shared/base.yml":  "services:\n  c:\n    image: x\n",
		"secret.env":       "A=1\n",
		"app/own.env":      "B=1\n",
	})
	p, err := Load(t.Context(), Options{Dir: filepath.Join(dir, "app")})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range p.Outside() {
		rel, _ := filepath.Rel(dir, f.Path)
		got = append(got, f.Role+" "+filepath.ToSlash(rel))
	}
	slices.Sort(got)
	if want := []string{"compose shared/base.yml", "compose shared/kafka.yml", "env_file secret.env"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// A link inside the folder that leads out of it must not pass as a file of the folder.
func TestALinkOutOfTheFolderIsOutside(t *testing.T) {
	dir := project(t, map[string]string{
		"app/compose.yml": "services: {a: {image: x, env_file: here.env}}\n", "secret.env": "A=1\n",
	})
	if err := os.Symlink(filepath.Join(dir, "secret.env"), filepath.Join(dir, "app", "here.env")); err != nil {
		testenv.Of(t, "links cannot be made here:", err)
	}
	p, err := Load(t.Context(), Options{Dir: filepath.Join(dir, "app")})
	if err != nil {
		t.Fatal(err)
	}
	if out := p.Outside(); len(out) != 1 || filepath.Base(out[0].Path) != "here.env" {
		t.Errorf("got %v, want here.env alone", out)
	}
}

// What lies elsewhere was read, and shown as the project's, because of a link of a usual name.
func TestAComposeFileThatIsALinkOutOfTheFolderIsNotRead(t *testing.T) {
	for _, tc := range []struct {
		name, link string
		files      []string
		refused    bool
	}{
		{"found", "app/compose.yml", nil, true},
		{"override", "app/docker-compose.override.yml", nil, true},
		{"named", "app/kafka.yml", []string{"kafka.yml"}, true},
		{"named where it lies", "", []string{"../secret.yml"}, false},
		{"in another folder of the project", "app/sub/kafka.yml", []string{"sub/kafka.yml"}, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			const text = "services: {a: {image: secret}}\n"
			files := map[string]string{"secret.yml": text, "app/sub/.keep": ""}
			if tc.name == "override" {
				files["app/docker-compose.yml"] = text
			}
			dir := project(t, files)
			if tc.link != "" {
				if err := os.Symlink(filepath.Join(dir, "secret.yml"), filepath.Join(dir, tc.link)); err != nil {
					testenv.Of(t, "links cannot be made here:", err)
				}
			}
			p, err := Load(t.Context(), Options{Dir: filepath.Join(dir, "app"), Files: tc.files})
			var fault *usererr.Error
			if refused := errors.As(err, &fault) && fault.ID == "file.outside" && fault.Args["Real"] != ""; refused != tc.refused || !refused && err != nil {
				t.Errorf("got %v and %+v, want it refused: %v", err, p, tc.refused)
			}
		})
	}
}

func TestAMissingFileIsAFaultThatNamesIt(t *testing.T) {
	for _, o := range []Options{{Dir: t.TempDir()}, {Dir: t.TempDir(), Files: []string{"none.yml"}}} {
		_, err := Load(t.Context(), o)
		var fault *usererr.Error
		if !errors.As(err, &fault) || fault.ID != "compose.no_file" || !fault.Final() || !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("files %v: got %v, want a final compose.no_file", o.Files, err)
		}
	}
}

func TestWhatComposeRefusesIsToldWithItsLine(t *testing.T) {
	for _, tc := range []struct {
		name, text, id string
		line           int
	}{
		{"required", "services:\n  a:\n    image: ${TAG:?say which}\n", "compose.required_variable", 3},
		{"template", "services:\n  a:\n    image: x\n    command: echo ${\n", "compose.template", 4},
		{"env_file", "services:\n  a:\n    image: x\n    env_file:\n      - gone.env\n", "compose.env_file", 5},
		{"twice", "services:\n  a:\n    image: x\n    image: y\n", "compose.twice", 4},
		{"quote", "services:\n  a:\n    image: \"x\n", "compose.yaml_quote", 3},
		{"no image", "services:\n  a:\n    ports: []\n", "compose.no_image", 2},
		{"include", "include:\n  - gone.yml\nservices:\n  a:\n    image: x\n", "compose.include", 2},
		{"extends", "services:\n  a:\n    image: x\n    extends: nobody\n", "compose.extends", 4},
		{"undefined", "services:\n  a:\n    image: x\n    depends_on:\n      - b\n", "compose.undefined", 5},
		{"attribute", "services:\n  a:\n    image: x\n    ports:\n      - what\n", "compose.wrong_value", 5},
		{"one port of two", "services:\n  a:\n    image: x\n    ports:\n      - 80:80\n      - ${P}:${P}\n", "compose.unset_value", 6},
		{"unknown key", "services:\n  a:\n    image: x\n    enviroment: {}\n", "compose.unknown_key", 4},
		{"outermost", "services:\n  a:\n    image: x\nb:\n  image: y\n", "compose.unknown_section", 4},
		{"unset name", "services:\n  a:\n    image: x\n    container_name: ${NAME}\n", "compose.unset_value", 4},
		{"wrong kind", "services:\n  a:\n    image: x\n    depends_on: b\n", "compose.wrong_value", 4},
		{"duration", "services:\n  a:\n    image: x\n    healthcheck: {test: [CMD, x], interval: soon}\n", "compose.wrong_value", 4},
		{"both", "services:\n  a:\n    image: x\n    network_mode: host\n    networks: [n]\nnetworks: {n: {}}\n", "compose.exclusive", 4},
		{"circle", "services:\n  a:\n    image: x\n    depends_on: [a]\n", "compose.cycle", 2},
		{"empty", "", "compose.empty", 0},
		{"words", "hello\n", "compose.no_mapping", 0},
		{"binary", "\x00\x01", "compose.binary", 0},
		{"indent", "services:\n  a:\n    image: x\n   ports: []\n", "compose.yaml_indent", 3},
		{"tab", "services:\n\ta:\n", "compose.yaml_token", 2},
		{"bracket", "services:\n  a: {image: x\n", "compose.yaml_bracket", 2},
		{"anchor", "services:\n  a: {image: *x }\n", "compose.yaml_anchor", 2},
		{"encoding", "services:\n  a:\n    image: x # \xcf\xfb\xcf\xa2\n", "compose.not_utf8", 3},
		{"size", "services: {a: {image: x}}\n#" + strings.Repeat("x", maxFileSize), "compose.file_size", 0},
		{"v1", "a:\n  image: x\n", "compose.v1_file", 1},
	} {
		p := loadDir(t, map[string]string{"compose.yml": tc.text})
		if p.Accepted || len(p.Findings) == 0 {
			t.Errorf("%s: accepted %v, findings %v, want a finding", tc.name, p.Accepted, p.Findings)
			continue
		}
		if f := p.Findings[0]; f.ID != tc.id || f.Line != tc.line || filepath.Base(f.File) != "compose.yml" {
			t.Errorf("%s: got %s at %s:%d, want %s at line %d", tc.name, f.ID, filepath.Base(f.File), f.Line, tc.id, tc.line)
		}
	}
}

// compose-go is given .env as read already, so what Compose refuses of it must be told by us.
func TestAFaultyDotEnvIsToldWithItsLine(t *testing.T) {
	p := loadDir(t, map[string]string{"compose.yml": "services: {a: {image: x}}\n", ".env": "A=1\nB C=2\n"})
	if p.Accepted || len(p.Findings) != 1 || filepath.Base(p.Findings[0].File) != ".env" || p.Findings[0].Line != 2 {
		t.Errorf("accepted %v, findings %+v, want one at .env:2", p.Accepted, p.Findings)
	}
}
