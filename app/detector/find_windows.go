package detector

import (
	"bytes"
	"path/filepath"
	"strings"

	"golang.org/x/sys/windows"
)

// pythons are the places of the interpreter in an environment, best first: a virtual one, one of MSYS2, conda's.
func pythons(home string) []string {
	return []string{
		filepath.Join(home, "Scripts", "python.exe"),
		filepath.Join(home, "bin", "python.exe"),
		filepath.Join(home, "python.exe"),
	}
}

// hasBase reports whether the Python is still there that an environment was made from: the environment's own
// python.exe only starts that one.
func hasBase(home, base string) bool { return existsFrom(home, filepath.Join(base, "python.exe")) }

// programDirs are the folders that activating the environment puts first on the PATH. A conda environment finds the
// DLLs of its packages there.
func programDirs(f Found) []string {
	if f.Origin != FromConda {
		return []string{filepath.Dir(f.Path)}
	}
	return []string{
		f.Home,
		filepath.Join(f.Home, "Library", "mingw-w64", "bin"),
		filepath.Join(f.Home, "Library", "usr", "bin"),
		filepath.Join(f.Home, "Library", "bin"),
		filepath.Join(f.Home, "Scripts"),
		filepath.Join(f.Home, "bin"),
	}
}

func systemPython(_ string, getenv func(string) string) (Found, bool) {
	if path, ok := onPath("py", getenv, nil); ok {
		return Found{Path: path, Args: []string{"-3"}, Origin: FromLauncher}, true
	}
	for _, n := range []string{"python", "python3"} {
		if path, ok := onPath(n, getenv, isStoreStub); ok {
			return Found{Path: path, Origin: FromPath}, true
		}
	}
	return Found{}, false
}

// isStoreStub reports whether path only opens the Store. Both the stub and a Python from the Store are links to apps
// in ...\Microsoft\WindowsApps; they differ in the program that the link names.
func isStoreStub(path string) bool {
	if !strings.Contains(strings.ToLower(path), `\microsoft\windowsapps\`) {
		return false
	}
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return true
	}
	h, err := windows.CreateFile(name, 0, windows.FILE_SHARE_READ|windows.FILE_SHARE_WRITE|windows.FILE_SHARE_DELETE,
		nil, windows.OPEN_EXISTING, windows.FILE_FLAG_OPEN_REPARSE_POINT|windows.FILE_FLAG_BACKUP_SEMANTICS, 0)
	if err != nil {
		return true
	}
	defer func() { _ = windows.CloseHandle(h) }() // it was only read
	link := make([]byte, windows.MAXIMUM_REPARSE_DATA_BUFFER_SIZE)
	var n uint32
	err = windows.DeviceIoControl(h, windows.FSCTL_GET_REPARSE_POINT, nil, 0, &link[0], uint32(len(link)), &n, nil)
	if err != nil {
		return true
	}
	return bytes.Contains(link[:n], utf16Bytes("AppInstallerPythonRedirector"))
}

// sameName gives variables of one name one spelling.
func sameName(name string) string { return strings.ToUpper(name) }

// utf16Bytes is s, which is ASCII, as Windows stores it.
func utf16Bytes(s string) []byte {
	b := make([]byte, 0, 2*len(s))
	for _, c := range []byte(s) {
		b = append(b, c, 0)
	}
	return b
}
