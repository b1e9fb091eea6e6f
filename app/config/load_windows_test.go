package config

import (
	"strings"
	"testing"
)

func TestAComposeFileOnAnotherComputerIsRefused(t *testing.T) {
	_, err := Load(write(t, []byte("version: 1\ncompose: {files: ['//localhost/share/compose.yml']}\n")))
	if said := tell(t, "en", err); !strings.Contains(said, "compose.files") {
		t.Errorf("got %q, want it refused before anything looks there", said)
	}
}
