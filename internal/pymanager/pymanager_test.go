package pymanager

import "testing"

func TestTheFilesOfAFolderShowItsManager(t *testing.T) {
	for name, c := range map[string]struct {
		files     []string
		pyproject string
		want      string
	}{
		"nothing":                 {},
		"a lock file":             {files: []string{"poetry.lock"}, want: "poetry"},
		"two, the surer":          {files: []string{"environment.yml", "uv.lock"}, want: "uv"},
		"a table of its own":      {pyproject: "[project]\nname='x'\n[tool.pdm.scripts]\n", want: "pdm"},
		"a table of another tool": {pyproject: "[tool.poetryx]\n[tool.ruff]\n"},
		"a text about a table":    {pyproject: "# [tool.uv]\n"},
	} {
		has := func(file string) bool {
			for _, f := range c.files {
				if f == file {
					return true
				}
			}
			return false
		}
		if got := Of(has, func(string) string { return c.pyproject }); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestEveryManagerHasACommand(t *testing.T) {
	for _, m := range Marks {
		if len(Command(m.Manager)) == 0 {
			t.Errorf("nothing makes an environment with %s", m.Manager)
		}
	}
}

func TestWhatRunsOthersInAnEnvironment(t *testing.T) {
	for program, want := range map[string]bool{"uv": true, "Poetry.exe": true, "/opt/bin/hatch": true, "uvicorn": false, "python": false} {
		if got := Runs(program); got != want {
			t.Errorf("%s: got %v, want %v", program, got, want)
		}
	}
}
