package detector

import (
	"fmt"
	"unsafe"

	"golang.org/x/sys/windows"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
)

var kernel32 = windows.NewLazySystemDLL("kernel32.dll")

// decodeLocal reads the system's code page: what Python and C programs print when their output is a pipe.
func decodeLocal(raw []byte) (string, bool) {
	enc := codePage(SystemCodePage())
	if enc == nil {
		return "", false
	}
	text, err := enc.NewDecoder().Bytes(raw)
	return string(text), err == nil
}

// SystemCodePage is that of the system's language, in which Python and C programs write to files and pipes: 936 (GBK) on a
// Chinese Windows. GetACP would tell our own, which our manifest makes UTF-8.
func SystemCodePage() uint32 {
	const (
		ofSystem    = 0x0800     // LOCALE_SYSTEM_DEFAULT
		defaultANSI = 0x1004     // LOCALE_IDEFAULTANSICODEPAGE
		asNumber    = 0x20000000 // LOCALE_RETURN_NUMBER
	)
	var page uint32
	units, _, _ := kernel32.NewProc("GetLocaleInfoW").Call(ofSystem, defaultANSI|asNumber, uintptr(unsafe.Pointer(&page)), unsafe.Sizeof(page)/2)
	if units == 0 {
		return windows.GetACP()
	}
	return page
}

// codePage is the encoding of a Windows code page, nil if it is none that lines are expected in.
func codePage(page uint32) encoding.Encoding {
	names := map[uint32]string{936: "gbk", 950: "big5", 932: "shift_jis", 949: "euc-kr", 54936: "gb18030"}
	name, ok := names[page]
	if !ok {
		name = fmt.Sprintf("windows-%d", page) // 1250 to 1258, 874
	}
	enc, err := htmlindex.Get(name)
	if err != nil {
		return nil
	}
	return enc
}
