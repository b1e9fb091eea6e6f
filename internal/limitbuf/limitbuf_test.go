package limitbuf

import (
	"io"
	"strings"
	"testing"
)

// A program's output comes by io.Copy, which takes a ReadFrom where there is one and no Write then.
func TestWhatIsCopiedIsLimited(t *testing.T) {
	b := Buffer{Limit: 10}
	n, err := io.Copy(&b, strings.NewReader(strings.Repeat("x", 5000)))
	if n != 5000 || err != nil || b.String() != strings.Repeat("x", 10) {
		t.Errorf("copied %d bytes, %v, and kept %d; want all taken and 10 kept", n, err, len(b.Bytes()))
	}
}

func TestTheBeginningIsKeptOverSeveralWrites(t *testing.T) {
	b := Buffer{Limit: 5}
	for _, s := range []string{"ab", "cdef", "g"} {
		if n, err := io.WriteString(&b, s); n != len(s) || err != nil {
			t.Errorf("%q: %d, %v", s, n, err)
		}
	}
	if b.String() != "abcde" {
		t.Errorf("kept %q", b.String())
	}
}
