package session

import (
	"strings"
	"testing"
)

func TestACrashIsFoundInTheProjectsOwnFiles(t *testing.T) {
	const own = `Traceback (most recent call last):
  File "/work/shop/app.py", line 12, in <module>
    main()
  File "/work/shop/src/model.py", line 40, in main
    torch.load(path)
  File "/work/shop/.venv/lib/python3.12/site-packages/torch/serialization.py", line 1200, in load
    raise e
FileNotFoundError: yolo.pt`
	for _, c := range []struct{ name, log, want string }{
		{"the last of its own", own, "src/model.py:40"},
		{"of the last traceback", own + "\nTraceback (most recent call last):\n  File \"/work/shop/app.py\", line 4, in <module>\nKeyError: 'x'", "app.py:4"},
		{"from its folder on", "Traceback (most recent call last):\n  File \"app.py\", line 7, in <module>", "src/app.py:7"},
		{"a mistake of spelling", "  File \"/work/shop/app.py\", line 4\n    def x(\n         ^\nSyntaxError: '(' was never closed", "app.py:4"},
		{"in others' files only", "Traceback (most recent call last):\n  File \"/usr/lib/python3/runpy.py\", line 1", ""},
		{"none", "bye", ""},
	} {
		if got := lastFrame(strings.Split(c.log, "\n"), "/work/shop", "src").Where(); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
