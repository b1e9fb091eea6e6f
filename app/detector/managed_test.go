package detector

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// A project's environment is found where its manager keeps it, and above the project up to its repository's root.
func TestTheEnvironmentIsFoundWhereItsManagerKeepsIt(t *testing.T) {
	write := func(path, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		file, text string                                  // of the project
		home       func(user, project, root string) string // of the environment
		mark       string
	}{
		"poetry, by the path's digest": {"pyproject.toml", "[tool.poetry]\nname = 'Feed'\n", func(user, project, _ string) string {
			return filepath.Join(user, "poetry", "feed-"+digest(realpath(project))+"-py3.12")
		}, "pyvenv.cfg"},
		"poetry, the only one of the name": {"pyproject.toml", "[tool.poetry]\nname = \"feed\"\n", func(user, _, _ string) string {
			return filepath.Join(user, "poetry", "feed-Ab3dEf6h-py3.12")
		}, "pyvenv.cfg"},
		"pipenv":           {"Pipfile", "", func(user, _, _ string) string { return filepath.Join(user, ".virtualenvs", "det-Ab3dEf6h") }, "pyvenv.cfg"},
		"conda":            {"environment.yml", "name: feed\n", func(user, _, _ string) string { return filepath.Join(user, "miniconda3", "envs", "feed") }, "conda-meta/history"},
		"the repository's": {"x.txt", "", func(_, _, root string) string { return filepath.Join(root, ".venv") }, "pyvenv.cfg"},
	} {
		t.Run(name, func(t *testing.T) {
			user, root := t.TempDir(), t.TempDir()
			project := filepath.Join(root, "services", "det")
			write(filepath.Join(root, ".git", "HEAD"), "")
			write(filepath.Join(project, c.file), c.text)
			env := map[string]string{"HOME": user, "USERPROFILE": user, "POETRY_VIRTUALENVS_PATH": filepath.Join(user, "poetry")}
			getenv := func(key string) string { return env[key] }
			if _, err := Find("python", []string{project}, getenv); err == nil {
				t.Fatal("an interpreter is found where there is none")
			}
			home := c.home(user, project, root)
			write(filepath.Join(home, filepath.FromSlash(c.mark)), "")
			write(pythons(home)[0], "")
			found, err := Find("python", []string{project}, getenv)
			if err != nil || found.Home != home {
				t.Errorf("got %+v, %v; want that of %s", found, err, home)
			}
		})
	}
}

func TestAnInterpreterOfTheComputerSaysWhatTheProjectUses(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the search path's interpreter is the launcher there")
	}
	dir := t.TempDir()
	python := filepath.Join(dir, "bin", "python")
	if err := os.Mkdir(filepath.Dir(python), 0o700); err != nil {
		t.Fatal(err)
	}
	for path, text := range map[string]string{python: "", filepath.Join(dir, "pdm.lock"): ""} {
		if err := os.WriteFile(path, []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	found, err := Find("python", []string{dir}, func(key string) string { return map[string]string{"PATH": filepath.Dir(python)}[key] })
	if err != nil || found.Manager != "pdm" {
		t.Errorf("got %+v, %v; want the manager named", found, err)
	}
}
