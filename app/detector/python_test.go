package detector

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"streamtray/app/testenv"
)

// script prints without flushing, in Chinese, under a locale without it, and then shows that it lives. Its child is
// one of multiprocessing's.
const script = `
import multiprocessing, os, socket, sys, time

def hold(addr):
    host, port = addr.split(":")
    s = socket.create_connection((host, int(port)))
    s.sendall(b"%d\n" % os.getpid())
    s.recv(1)

if __name__ == "__main__":
    print("Kafka producer initialized for streaming mode: 检测", os.path.basename(sys.argv[0]))
    multiprocessing.get_context("spawn").Process(target=hold, args=(sys.argv[1],)).start()
    hold(sys.argv[1])
`

func TestARealPythonIsHeardAtOnceAndStoppedWithItsChildren(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		testenv.Of(t, "no Python here: ", err)
	}
	t.Setenv("LC_ALL", "C")
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "app.py"), []byte(script), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(python, "-m", "venv", "--without-pip", filepath.Join(dir, ".venv")).CombinedOutput(); err != nil { //nolint:forbidigo // only shown
		testenv.Of(t, "no venv here: ", err, string(out))
	}
	d := newDoor(t)
	a := started(t, theirs, Launch{Command: []string{"python", "app.py", d.addr()}, Dir: dir, Keeper: self(t)})
	one, two := d.enter(), d.enter()
	if l := says(t, a, "Kafka producer"); !strings.HasSuffix(l.Text, "检测 app.py") {
		t.Errorf("got %q, want the Chinese as it was printed", l.Text)
	}
	if err := a.Producing(t.Context()); err != nil {
		t.Errorf("got %v, want producing", err)
	}
	if f := a.Facts(); f.Program.Origin != FromVenv || !strings.HasPrefix(f.Program.Path, filepath.Join(dir, ".venv")) {
		t.Errorf("got program %+v, want the project's own", f.Program)
	}
	if err := a.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	one.gone("one")
	two.gone("the other")
}
