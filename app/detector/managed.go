package detector

import (
	"crypto/sha256"
	"encoding/base64"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"streamtray/internal/projectfile"
	"streamtray/internal/pymanager"
)

// managerOf is what manages the environment of the project in these folders; empty where nothing shows it.
func managerOf(dirs []string) string {
	for _, dir := range dirs {
		has := func(file string) bool { return exists(filepath.Join(dir, file)) }
		text := func(file string) string {
			b, _ := readProject(filepath.Join(dir, file)) // one that is not there shows nothing
			return string(b)
		}
		if manager := pymanager.Of(has, text); manager != "" {
			return manager
		}
	}
	return ""
}

// managed are the environments that a manager keeps elsewhere for the project in one of dirs, the surest first.
func managed(dirs []string, getenv func(string) string) []string {
	home := getenv("HOME")
	if runtime.GOOS == "windows" {
		home = getenv("USERPROFILE")
	}
	var all []string
	for _, dir := range dirs {
		switch managerOf([]string{dir}) {
		case "pdm":
			all = append(all, pdm(dir)...)
		case "poetry":
			for _, place := range poetryPlaces(home, getenv) {
				all = append(all, ofProject(place, poetryName(dir), digest(realpath(dir)), "-py*")...)
			}
		case "pipenv":
			for _, place := range pipenvPlaces(home, getenv) {
				all = append(all, ofProject(place, filepath.Base(dir), digest(filepath.Join(realpath(dir), "Pipfile")), "")...)
			}
		case "conda":
			if name := condaName(dir); name != "" {
				for _, place := range condaPlaces(home, getenv) {
					all = append(all, filepath.Join(place, "envs", name))
				}
			}
		}
		if text, err := readProject(filepath.Join(dir, ".python-version")); err == nil { // of pyenv-virtualenv
			if name := strings.TrimSpace(string(text)); name != "" && filepath.Base(name) == name && home != "" {
				all = append(all, filepath.Join(home, ".pyenv", "versions", name))
			}
		}
	}
	return slices.DeleteFunc(all, func(p string) bool { return !filepath.IsAbs(p) })
}

// pdm names its interpreter in a file; the environment is the folder above that of the programs.
func pdm(dir string) []string {
	text, err := readProject(filepath.Join(dir, ".pdm-python"))
	if err != nil {
		return nil
	}
	python := strings.TrimSpace(string(text))
	if _, err := projectfile.In(dir).Resolve(python); err != nil {
		return nil
	}
	return []string{filepath.Dir(filepath.Dir(python))}
}

func poetryPlaces(home string, getenv func(string) string) []string {
	if p := getenv("POETRY_VIRTUALENVS_PATH"); p != "" {
		return []string{p}
	}
	if p := getenv("POETRY_CACHE_DIR"); p != "" {
		return []string{filepath.Join(p, "virtualenvs")}
	}
	switch runtime.GOOS {
	case "windows":
		return []string{filepath.Join(getenv("LOCALAPPDATA"), "pypoetry", "Cache", "virtualenvs")}
	case "darwin":
		return []string{filepath.Join(home, "Library", "Caches", "pypoetry", "virtualenvs")}
	}
	cache := getenv("XDG_CACHE_HOME")
	if cache == "" {
		cache = filepath.Join(home, ".cache")
	}
	return []string{filepath.Join(cache, "pypoetry", "virtualenvs")}
}

func pipenvPlaces(home string, getenv func(string) string) []string {
	if p := getenv("WORKON_HOME"); p != "" {
		return []string{p}
	}
	return []string{filepath.Join(home, ".local", "share", "virtualenvs"), filepath.Join(home, ".virtualenvs")}
}

func condaPlaces(home string, getenv func(string) string) []string {
	var all []string
	if exe := getenv("CONDA_EXE"); filepath.IsAbs(exe) {
		all = append(all, filepath.Dir(filepath.Dir(exe)))
	}
	if root := getenv("MAMBA_ROOT_PREFIX"); root != "" {
		all = append(all, root)
	}
	for _, name := range []string{"miniconda3", "anaconda3", "miniforge3", "mambaforge", "micromamba", ".conda", "Miniconda3", "Anaconda3"} {
		all = append(all, filepath.Join(home, name))
	}
	return append(all, filepath.FromSlash("/opt/conda"))
}

var poetryNameLine = regexp.MustCompile(`(?m)^name[ \t]*=[ \t]*["']([^"']+)["']`)

// poetryName is the name that Poetry gives to a project's environments.
func poetryName(dir string) string {
	text, err := readProject(filepath.Join(dir, "pyproject.toml"))
	if err != nil {
		return ""
	}
	if m := poetryNameLine.FindSubmatch(text); m != nil {
		return strings.ToLower(regexp.MustCompile(`[ $!*@"\\\r\n\t]`).ReplaceAllString(string(m[1]), "_"))
	}
	return ""
}

// digest is how Poetry and Pipenv tell projects of one name apart: eight characters of a path's hash.
func digest(path string) string {
	const length = 8
	sum := sha256.Sum256([]byte(path))
	return base64.URLEncoding.EncodeToString(sum[:])[:length]
}

func realpath(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return path
}

// ofProject are the environments in place of a project by its name and its path's digest; the only one of that name will do,
// too: the project was moved.
func ofProject(place, name, digest, after string) []string {
	if name == "" {
		return nil
	}
	exact, _ := filepath.Glob(filepath.Join(place, name+"-"+digest+after))
	if len(exact) > 0 {
		return exact
	}
	const unknown = "????????"
	like, _ := filepath.Glob(filepath.Join(place, name+"-"+unknown+after))
	if short, _ := filepath.Glob(filepath.Join(place, name+"-*"+after)); len(like) == 0 {
		like = short
	}
	if len(like) != 1 {
		return nil
	}
	return like
}
