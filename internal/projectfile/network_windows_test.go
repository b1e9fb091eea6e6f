package projectfile

import (
	"errors"
	"testing"
)

func special(_ *testing.T, _ string) []string { return []string{"NUL", "CON"} }

func TestPathsOnOtherComputersAreRefusedUnasked(t *testing.T) {
	for _, path := range []string{
		`\\host\share\x`, `//host/share/x`, `\\host@SSL\DavWWWRoot\x`, `\\?\UNC\host\share\x`, `\\.\pipe\x`, `\??\UNC\host\share\x`,
	} {
		if _, err := In(t.TempDir()).Read(path, 10); !errors.Is(err, ErrNetwork) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if In(`\\host\share\project`).network(`\\HOST\share\other`) {
		t.Error("a project on a share cannot read its own files")
	}
}
