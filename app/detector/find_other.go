//go:build !windows

package detector

import "path/filepath"

// pythons are the places of the interpreter in an environment, best first.
func pythons(home string) []string {
	return []string{filepath.Join(home, "bin", "python"), filepath.Join(home, "bin", "python3")}
}

// hasBase reports whether the Python is still there that an environment was made from. The environment's own
// interpreter is a link to it, so that looking at the folder is enough.
func hasBase(home, base string) bool { return existsFrom(home, base) }

// programDirs are the folders that activating the environment puts first on the PATH.
func programDirs(f Found) []string { return []string{filepath.Join(f.Home, "bin")} }

func systemPython(name string, getenv func(string) string) (Found, bool) {
	names := []string{"python3", "python"}
	if name == "python" {
		names = []string{"python", "python3"}
	}
	for _, n := range names {
		if path, ok := onPath(n, getenv, nil); ok {
			return Found{Path: path, Origin: FromPath}, true
		}
	}
	return Found{}, false
}

// sameName gives variables of one name one spelling: here every spelling is a name of its own.
func sameName(name string) string { return name }
