package projectfile

import (
	"bytes"
	"strings"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Text is what a file says: Windows' editors begin a file with a byte order mark, and PowerShell writes UTF-16, which a
// program's output that it put into a file has as well. What is neither that nor UTF-8 has U+FFFD in its place.
func Text(b []byte) string {
	var decoder transform.Transformer = transform.Nop
	if order, wide := unmarked(b); wide {
		decoder = unicode.UTF16(order, unicode.IgnoreBOM).NewDecoder()
	}
	text, _, err := transform.Bytes(unicode.BOMOverride(decoder), b)
	if err != nil {
		text = b
	}
	return strings.ToValidUTF8(string(text), "\uFFFD")
}

// unmarked reports whether b is UTF-16 without a byte order mark: of the letters in programs and settings, every second
// byte is 0.
func unmarked(b []byte) (order unicode.Endianness, wide bool) {
	const looked = 4 << 10
	head := b[:min(len(b), looked)]
	nuls := bytes.Count(head, []byte{0})
	if len(head) < 4 || nuls*3 < len(head) {
		return unicode.LittleEndian, false
	}
	first := 0
	for i := 0; i < len(head); i += 2 {
		if head[i] == 0 {
			first++
		}
	}
	if first*2 > nuls {
		return unicode.BigEndian, true
	}
	return unicode.LittleEndian, true
}
