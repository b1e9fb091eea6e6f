package detector

import "testing"

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
