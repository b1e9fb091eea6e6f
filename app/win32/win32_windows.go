package win32

import (
	"unsafe"

	"golang.org/x/sys/windows"
)

// Icon is NOTIFYICONDATAW: what the shell is told of an icon in the taskbar.
type Icon struct {
	size             uint32
	window           windows.Handle
	id               uint32
	Flags            uint32 // what of the following counts
	Callback         uint32 // the message that tells of clicks
	Picture          windows.Handle
	_                [128]uint16 // the tip
	State, StateMask uint32
	info             [256]uint16
	_                uint32 // a time that the shell takes no notice of
	infoTitle        [64]uint16
	infoFlags        uint32
	_                windows.GUID
	_                windows.Handle // the balloon's own picture
}

// Flags of an Icon.
const (
	FlagMessage = 0x01
	FlagPicture = 0x02
	FlagInfo    = 0x10
)

// NewIcon names an icon by its window and its number; nothing of it counts yet.
func NewIcon(window windows.Handle, id uint32) *Icon {
	i := &Icon{window: window, id: id}
	i.size = uint32(unsafe.Sizeof(*i))
	return i
}

// Balloon has the icon show a text, cut where Windows takes no more: 63 units of UTF-16 for the title, 255 for the text.
func (i *Icon) Balloon(title, text string) {
	const info = 1
	i.Flags |= FlagInfo
	i.infoFlags = info
	fill(i.infoTitle[:], title)
	fill(i.info[:], text)
}

// fill copies s, cut where it does not fit; the last unit stays zero.
func fill(to []uint16, s string) {
	u, err := windows.UTF16FromString(s)
	if err != nil {
		return // a text with a zero in it has nothing to say
	}
	copy(to[:len(to)-1], u)
}

// Class is WNDCLASSEXW: a class of windows.
type Class struct {
	size, _  uint32 // the style
	proc     uintptr
	_, _     int32 // further bytes of the class and of its windows
	instance windows.Handle
	_, _, _  windows.Handle // icon, cursor, background
	_        *uint16        // the menu
	Name     *uint16
	_        windows.Handle // the small icon
}

// NewClass is a class whose windows' messages go to proc, which windows.NewCallback made.
func NewClass(name string, instance windows.Handle, proc uintptr) *Class {
	c := &Class{proc: proc, instance: instance, Name: Wide(name)}
	c.size = uint32(unsafe.Sizeof(*c))
	return c
}

// Message is MSG.
type Message struct {
	Window windows.Handle
	ID     uint32
	W, L   uintptr
	_      uint32 // when
	_, _   int32  // where
	_      uint32
}

// Wide is a text as Windows takes it; nil for one with a zero in it.
func Wide(s string) *uint16 {
	p, err := windows.UTF16PtrFromString(s)
	if err != nil {
		return nil
	}
	return p
}
