package projectfile

import (
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
)

func TestATextIsReadAsItsEditorWroteIt(t *testing.T) {
	const text = "DB_HOST=db\r\n# 数据库 für alle\n"
	for name, e := range map[string]encoding.Encoding{
		"UTF-8":                encoding.Nop,
		"UTF-8 with a mark":    unicode.UTF8BOM,
		"UTF-16, little":       unicode.UTF16(unicode.LittleEndian, unicode.UseBOM),
		"UTF-16, big":          unicode.UTF16(unicode.BigEndian, unicode.UseBOM),
		"UTF-16, little, bare": unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM),
		"UTF-16, big, bare":    unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM),
	} {
		b, err := e.NewEncoder().Bytes([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if got := Text(b); got != text {
			t.Errorf("%s: got %q", name, got)
		}
	}
	for in, want := range map[string]string{"": "", "a": "a", "a\xff": "a\uFFFD", "\x00\x00\x00\x00": "\x00\x00"} {
		if got := Text([]byte(in)); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
