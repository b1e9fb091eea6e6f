package wine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"streamtray/build/rig"
)

// change is one in the source of others that a program is built with to run under Wine 8, which is no Windows there in
// a way that would hide all the rest. What is packed for users is built without.
type change struct {
	file     string
	from, to string // once in the file
}

// Wine says that it has not implemented the newer way to delete a file, where a Windows without it says that it does
// not know it. Go understands only the latter, and no test could take its folder away.
var deleting = change{
	"src/internal/syscall/windows/at_windows.go", "\t\tSTATUS_NOT_SUPPORTED:", "\t\tNTStatus(0xC0000002), STATUS_NOT_SUPPORTED:",
}

// The first instance of a pipe keeps its name for one listener, and Windows lets no client in there. Wine neither
// refuses a second listener nor the first client, who then waits for ever. So the listener asks whether there is another
// one, and is its own first client, who leaves at once. What Windows does is not proven by that: docs/windows.md says so.
var listening = change{"pipe.go", "\th, err := makeServerPipeHandle(path, sd, c, true)\n\tif err != nil {\n\t\treturn nil, err\n\t}\n", `	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return nil, err
	}
	found, _, why := windows.NewLazySystemDLL("kernel32.dll").NewProc("WaitNamedPipeW").Call(uintptr(unsafe.Pointer(name)), 1)
	if found != 0 || why != windows.ERROR_FILE_NOT_FOUND {
		return nil, &os.PathError{Op: "open", Path: path, Err: windows.ERROR_ACCESS_DENIED}
	}
	h, err := makeServerPipeHandle(path, sd, c, true)
	if err != nil {
		return nil, err
	}
	first, err := tryDialPipe(context.Background(), &path, fs.GENERIC_READ|fs.GENERIC_WRITE, PipeImpLevelAnonymous)
	if err != nil {
		return nil, err
	}
	if err := windows.Close(first); err != nil {
		return nil, err
	}
`}

// pipes is the module that listens on pipes.
const pipes = "github.com/Microsoft/go-winio"

// changed returns the flags that build with the changes. The changed files are kept: a build of the same is quick.
func changed(ctx context.Context, root string) (flags []string, err error) {
	goRoot, err := ask(ctx, root, "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	module, err := ask(ctx, root, "list", "-m", "-f", "{{.Dir}}", pipes)
	if err != nil {
		return nil, err
	}
	hash := sha256.New()
	fmt.Fprint(hash, goRoot, module, deleting, listening)
	for _, name := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			return nil, err
		}
		hash.Write(text)
	}
	dir, err := rig.Kept(ctx, "winego", hex.EncodeToString(hash.Sum(nil)[:6]), func(dir string) error {
		return makeChanges(dir, root, goRoot, module)
	})
	return []string{"-overlay", filepath.Join(dir, "overlay.json"), "-modfile", filepath.Join(dir, "go.mod")}, err
}

func ask(ctx context.Context, root string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go %s: %w", args[0], err)
	}
	return strings.TrimSpace(string(out)), nil
}

// makeChanges fills dir: Go's file for an overlay, and the module, which an overlay must not touch, for a go.mod of its own.
func makeChanges(dir, root, goRoot, module string) error {
	original := filepath.Join(goRoot, deleting.file)
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{original: filepath.Join(dir, "at_windows.go")}})
	if err != nil {
		return err
	}
	ours := filepath.Join(dir, "pipes")
	if err := os.CopyFS(ours, os.DirFS(module)); err != nil {
		return err
	}
	gomod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return err
	}
	gosum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		return err
	}
	for name, text := range map[string][]byte{
		"overlay.json": overlay, "go.sum": gosum, "go.mod": fmt.Appendf(gomod, "\nreplace %s => %s\n", pipes, ours),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			return err
		}
	}
	if err := deleting.write(original, filepath.Join(dir, "at_windows.go")); err != nil {
		return err
	}
	return listening.write(filepath.Join(module, listening.file), filepath.Join(ours, listening.file))
}

// write writes the changed original as another file.
func (c change) write(original, file string) error {
	text, err := os.ReadFile(original)
	if err != nil {
		return err
	}
	if strings.Count(string(text), c.from) != 1 {
		return fmt.Errorf("%s: not as it was when a change to it was written", original)
	}
	return os.WriteFile(file, []byte(strings.Replace(string(text), c.from, c.to, 1)), 0o644)
}
