package filechooser

import (
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/sys/windows"
)

// The dialog is made as it would be shown; to be shown it needs a person.
func TestADialogIsMadeForTheQuestion(t *testing.T) {
	const getFileName, getFolder = 16, 13
	dir := t.TempDir()
	for _, q := range []Question{{Title: "选择 folder", Start: dir}, {Title: "Save", Save: true, Name: "日志.log", Start: dir}, {Start: dir + `\gone`}} {
		err := inApartment(t.Context(), func() error {
			d, err := dialog(q)
			if err != nil {
				return err
			}
			defer d.free()
			var options uint32
			if err := d.call(getOptions, uintptr(unsafe.Pointer(&options))); err != nil {
				return err
			}
			if folders := options&pickFolders != 0; folders == q.Save || options&forceFiles == 0 {
				t.Errorf("%+v: options %x", q, options)
			}
			if q.Save {
				var name *uint16
				if err := d.call(getFileName, uintptr(unsafe.Pointer(&name))); err != nil {
					return err
				}
				if got := windows.UTF16PtrToString(name); got != q.Name {
					t.Errorf("named %q, want %q", got, q.Name)
				}
			}
			var folder *object
			if err := d.call(getFolder, uintptr(unsafe.Pointer(&folder))); err != nil {
				return nil // none was set: it is gone
			}
			defer folder.free()
			at, err := pathOf(folder)
			if q.Start == dir && !strings.EqualFold(at, dir) {
				t.Errorf("begins in %q, want %q", at, dir)
			}
			return err
		})
		if err != nil {
			t.Errorf("%+v: %v", q, err)
		}
	}
}
