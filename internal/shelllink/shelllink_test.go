package shelllink

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"os"
	"testing"
)

// link is a shortcut with a list of the target's ids, no information about its place, a name, a folder, and these blocks.
func link(blocks ...[]byte) []byte {
	le := binary.LittleEndian
	b := make([]byte, headerSize)
	b[0] = headerSize
	copy(b[4:], classID)
	le.PutUint32(b[flagsAt:], hasTargetIDs|texts[0]|texts[2]|unicode)
	b = append(b, 4, 0, 9, 9, 9, 9)                   // ids
	b = append(b, 2, 0, 'h', 0, 'i', 0, 1, 0, 'C', 0) // texts
	for _, block := range blocks {
		b = append(b, sized(block)...)
	}
	return append(b, 0, 0, 0, 0)
}

// asDocumented is the block as [MS-PROPSTORE] has it, written out: sizes, signature, "1SPS", the set's GUID, the value's
// size, its number 5, its kind, the text's length with its end, "a.b", and the ends.
const asDocumented = "41000000" + "090000a0" + "35000000" + "31535053" + "55284c9f799f394ba8d0e1d42de1d5f3" +
	"19000000" + "05000000" + "00" + "1f000000" + "04000000" + "61002e0062000000" + "00000000" + "00000000"

func TestAShortcutGetsTheIDBehindWhatItHas(t *testing.T) {
	other := []byte{1, 0, 0, 0xa0, 7, 7}
	id, err := hex.DecodeString(asDocumented)
	if err != nil {
		t.Fatal(err)
	}
	want := append(link(other)[:len(link(other))-4], append(id, 0, 0, 0, 0)...)
	got, err := WithAppID(link(other), "a.b")
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%v: got\n%x, want\n%x", err, got, want)
	}
	again, err := WithAppID(got, "a.b")
	if err != nil || !bytes.Equal(again, want) {
		t.Errorf("a second time: %v: got\n%x, want\n%x", err, again, want)
	}
}

func TestWhatIsNoShortcutIsNotTouched(t *testing.T) {
	whole := link([]byte{1, 0, 0, 0xa0, 7, 7})
	for n := range len(whole) - 4 {
		got, err := WithAppID(whole[:n], "a.b")
		if err == nil && n != len(link())-4 { // cut where the blocks begin, it is whole
			t.Errorf("%d bytes of %d: got %x", n, len(whole), got)
		}
	}
	self, err := os.ReadFile("shelllink_test.go")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := WithAppID(self, "a.b"); !errors.Is(err, ErrNoLink) {
		t.Errorf("a text: got %v", err)
	}
}
