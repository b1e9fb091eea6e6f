// Package shelllink gives a Windows shortcut an application's id, by which the taskbar and the notifications know whose it
// is. It writes what Microsoft documents as [MS-SHLLINK] and [MS-PROPSTORE]: an installer's script cannot, and the shell's
// own objects for it are not everywhere.
package shelllink

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"unicode/utf16"
)

// ErrNoLink is why bytes are not read: they are no shortcut.
var ErrNoLink = errors.New("no shortcut")

// Parts of a shortcut that its header announces, by the bits of its flags.
const (
	hasTargetIDs = 1 << 0
	hasInfo      = 1 << 1
	unicode      = 1 << 7
	noInfo       = 1 << 8
)

// texts are the bits of the texts that may follow: name, relative path, working folder, arguments, the icon's place.
var texts = []uint32{1 << 2, 1 << 3, 1 << 4, 1 << 5, 1 << 6}

const (
	headerSize     = 0x4c
	flagsAt        = 0x14
	properties     = 0xa0000009 // the signature of a block with properties
	storageVersion = 0x53505331 // "1SPS"
	idOfApp        = 5
	wideText       = 0x1f // VT_LPWSTR
)

var (
	classID = []byte{0x01, 0x14, 0x02, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46}
	// appModel is {9F4C2855-9F79-4B39-A8D0-E1D42DE1D5F3}, the properties that are about an application.
	appModel = []byte{0x55, 0x28, 0x4c, 0x9f, 0x79, 0x9f, 0x39, 0x4b, 0xa8, 0xd0, 0xe1, 0xd4, 0x2d, 0xe1, 0xd5, 0xf3}
)

// WithAppID is a shortcut with an application's id. Properties that it had before go.
func WithAppID(link []byte, id string) ([]byte, error) {
	rest, err := afterTexts(link)
	if err != nil {
		return nil, err
	}
	out := bytes.Clone(link[:len(link)-len(rest)])
	for len(rest) > 0 { // the last block may be missing
		size, err := number(rest, 0)
		if err != nil {
			return nil, err
		}
		if size < 4 {
			break
		}
		signature, err := number(rest, 4)
		if err != nil || int(size) > len(rest) {
			return nil, fmt.Errorf("%w: a block is cut", ErrNoLink)
		}
		if signature != properties {
			out = append(out, rest[:size]...)
		}
		rest = rest[size:]
	}
	out = append(out, appBlock(id)...)
	return append(out, 0, 0, 0, 0), nil
}

// afterTexts is what follows in a shortcut behind its header and the parts that the header announces: blocks.
func afterTexts(link []byte) ([]byte, error) {
	if len(link) < headerSize || link[0] != headerSize || !bytes.Equal(link[4:20], classID) {
		return nil, ErrNoLink
	}
	flags := binary.LittleEndian.Uint32(link[flagsAt:])
	rest := link[headerSize:]
	skip := func(n int) error {
		if n > len(rest) {
			return fmt.Errorf("%w: it is cut", ErrNoLink)
		}
		rest = rest[n:]
		return nil
	}
	if flags&hasTargetIDs != 0 {
		n, err := short(rest)
		if err := errors.Join(err, skip(2+n)); err != nil {
			return nil, err
		}
	}
	if flags&hasInfo != 0 && flags&noInfo == 0 {
		n, err := number(rest, 0)
		if err := errors.Join(err, skip(int(n))); err != nil {
			return nil, err
		}
	}
	width := 1
	if flags&unicode != 0 {
		width = 2
	}
	for _, text := range texts {
		if flags&text == 0 {
			continue
		}
		n, err := short(rest)
		if err := errors.Join(err, skip(2+n*width)); err != nil {
			return nil, err
		}
	}
	return rest, nil
}

func short(b []byte) (int, error) {
	if len(b) < 2 {
		return 0, fmt.Errorf("%w: it is cut", ErrNoLink)
	}
	return int(binary.LittleEndian.Uint16(b)), nil
}

func number(b []byte, at int) (uint32, error) {
	if len(b) < at+4 {
		return 0, fmt.Errorf("%w: it is cut", ErrNoLink)
	}
	return binary.LittleEndian.Uint32(b[at:]), nil
}

// appBlock is a block with an application's id, and no other property.
func appBlock(id string) []byte {
	le := binary.LittleEndian
	text := append(utf16.Encode([]rune(id)), 0)
	value := append(le.AppendUint32(nil, idOfApp), 0) // a byte that is reserved
	value = le.AppendUint32(value, wideText)
	value = le.AppendUint32(value, uint32(len(text)))
	for _, unit := range text {
		value = le.AppendUint16(value, unit)
	}
	if len(text)%2 != 0 { // its size is one of four bytes
		value = le.AppendUint16(value, 0)
	}
	storage := append(le.AppendUint32(nil, storageVersion), appModel...)
	storage = append(append(storage, sized(value)...), 0, 0, 0, 0)
	return sized(append(append(le.AppendUint32(nil, properties), sized(storage)...), 0, 0, 0, 0))
}

// sized is a part with its own size, in bytes, before it.
func sized(part []byte) []byte {
	return append(binary.LittleEndian.AppendUint32(nil, uint32(len(part)+4)), part...)
}
