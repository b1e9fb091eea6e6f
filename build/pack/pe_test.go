//go:build package

package pack

import (
	"bytes"
	"debug/pe"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"testing"
	"unicode/utf16"
)

// Kinds of resources.
const (
	kindIcon      = 3
	kindGroupIcon = 14
	kindVersion   = 16
	kindManifest  = 24
)

// executable is a program of Windows, taken apart by what its format says, not by what wrote it.
type executable struct {
	*pe.File
	header    *pe.OptionalHeader64
	resources map[string][]byte // by "kind/name", of whatever language
}

func open(t *testing.T, path ...string) executable {
	t.Helper()
	f, err := pe.Open(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	header, ok := f.OptionalHeader.(*pe.OptionalHeader64)
	section := f.Section(".rsrc")
	if !ok || section == nil {
		t.Fatalf("%v: 64 bits: %v, resources: %v", path, ok, section != nil)
	}
	data, err := section.Data()
	if err != nil {
		t.Fatal(err)
	}
	e := executable{f, header, map[string][]byte{}}
	e.walk(data, section.VirtualAddress, 0, nil)
	return e
}

// walk reads a resource directory: of kinds, of names, of languages, and then the resource itself.
func (e executable) walk(data []byte, base, at uint32, path []string) {
	number := binary.LittleEndian.Uint32
	named, numbered := binary.LittleEndian.Uint16(data[at+12:]), binary.LittleEndian.Uint16(data[at+14:])
	for i := range uint32(named) + uint32(numbered) {
		name, to := number(data[at+16+8*i:]), number(data[at+20+8*i:])
		here := append(slices.Clone(path), nameOf(data, name))
		const further = 1 << 31
		if to&further != 0 {
			e.walk(data, base, to&^further, here)
			continue
		}
		from, size := number(data[to:])-base, number(data[to+4:])
		e.resources[here[0]+"/"+here[1]] = data[from : from+size]
	}
}

func nameOf(data []byte, name uint32) string {
	const text = 1 << 31
	if name&text == 0 {
		return fmt.Sprint(name)
	}
	at := name &^ text
	units := make([]uint16, binary.LittleEndian.Uint16(data[at:]))
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(data[int(at)+2+2*i:])
	}
	return string(utf16.Decode(units))
}

func (e executable) resource(t *testing.T, kind int, name string) []byte {
	t.Helper()
	content, ok := e.resources[fmt.Sprintf("%d/%s", kind, name)]
	if !ok {
		t.Fatalf("no resource of kind %d named %s", kind, name)
	}
	return content
}

// icons are the pictures of an icon by their width, as the files that they are.
func (e executable) icons(t *testing.T, name string) map[int][]byte {
	t.Helper()
	group := e.resource(t, kindGroupIcon, name)
	pictures := map[int][]byte{}
	for i := range int(binary.LittleEndian.Uint16(group[4:])) {
		entry := group[6+14*i:]
		width := int(entry[0])
		if width == 0 {
			width = 256
		}
		pictures[width] = e.resource(t, kindIcon, fmt.Sprint(binary.LittleEndian.Uint16(entry[12:])))
	}
	return pictures
}

// says reports whether the version resource has a text.
func (e executable) says(t *testing.T, text string) bool {
	t.Helper()
	var wide bytes.Buffer
	_ = binary.Write(&wide, binary.LittleEndian, append(utf16.Encode([]rune(text)), 0))
	return bytes.Contains(e.resource(t, kindVersion, "1"), wide.Bytes())
}

// manifest is what the program asks of Windows: texts and attributes, by the element's name.
func (e executable) manifest(t *testing.T) map[string]string {
	t.Helper()
	asks, last := map[string]string{}, ""
	for d := xml.NewDecoder(bytes.NewReader(e.resource(t, kindManifest, "1"))); ; {
		token, err := d.Token()
		switch token := token.(type) {
		case xml.StartElement:
			last = token.Name.Local
			for _, a := range token.Attr {
				asks[last+"."+a.Name.Local] = a.Value
			}
		case xml.CharData:
			asks[last] += string(bytes.TrimSpace(token))
		}
		if errors.Is(err, io.EOF) {
			return asks
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
