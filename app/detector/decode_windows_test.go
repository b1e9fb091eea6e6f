package detector

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
	"unsafe"

	"golang.org/x/sys/windows"
)

func TestACodePageIsReadAsWhatItIs(t *testing.T) {
	for page, c := range map[uint32]struct{ bytes, want string }{
		936:   {"\xbc\xec\xb2\xe2", "检测"},
		54936: {"\xbc\xec\xb2\xe2", "检测"},
		950:   {"\xc0\xcb\xb4\xfa", "檢測"},
		932:   {"\x8c\x9f", "検"},
		949:   {"\xb0\xcb", "검"},
		1252:  {"caf\xe9", "café"},
		874:   {"\xa1", "ก"},
	} {
		got, err := codePage(page).NewDecoder().String(c.bytes)
		if err != nil || got != c.want {
			t.Errorf("%d: got %q, %v; want %q", page, got, err, c.want)
		}
	}
	if got := codePage(65001); got != nil {
		t.Errorf("65001, which is UTF-8: got %v, want none", got)
	}
}

// What an app prints in the system's code page is read whatever that page is: here it is asked of the system itself.
func TestOutputInTheSystemsCodePageIsRead(t *testing.T) {
	page := SystemCodePage()
	words, ok := map[uint32]string{936: "检测结果: 3", 950: "檢測結果", 932: "検出", 949: "검출", 1252: "Müller café"}[page]
	if !ok {
		t.Skip("no words known for code page ", page)
	}
	raw := inCodePage(t, page, words)
	if utf8.Valid(raw) {
		t.Fatalf("%q is UTF-8 too, and shows nothing", raw)
	}
	a := started(t, theirs, launchOf(t, "out:"+strings.Trim(fmt.Sprintf("%+q", raw), `"`)))
	says(t, a, words)
	t.Logf("code page %d: %q was read as %s", page, raw, words)
}

// inCodePage has Windows encode a text.
func inCodePage(t *testing.T, page uint32, text string) []byte {
	t.Helper()
	wide, err := windows.UTF16FromString(text)
	if err != nil {
		t.Fatal(err)
	}
	raw := make([]byte, 4*len(wide))
	n, _, err := kernel32.NewProc("WideCharToMultiByte").Call(uintptr(page), 0, uintptr(unsafe.Pointer(&wide[0])), uintptr(len(wide)-1),
		uintptr(unsafe.Pointer(&raw[0])), uintptr(len(raw)), 0, 0)
	if n == 0 {
		t.Fatal(err)
	}
	return raw[:n]
}
