package redact

import (
	"strings"
	"testing"
)

// The app's command is told on many screens; what it is given to log in with is not.
func TestACommandKeepsItsSecrets(t *testing.T) {
	for _, command := range []string{
		"python app.py --api-token s3cr3t-v4lue-9x", "python app.py --pw s3cr3t-v4lue-9x", "python app.py --password=s3cr3t-v4lue-9x",
		"uvicorn app:app --ssl-keyfile-password s3cr3t-v4lue-9x",
	} {
		if got := Text(command); strings.Contains(got, "s3cr3t") {
			t.Errorf("%q is told as %q", command, got)
		}
	}
	if got := Text("uvicorn app.main:app --port 8000 --reload"); got != "uvicorn app.main:app --port 8000 --reload" {
		t.Errorf("a command without secrets is told as %q", got)
	}
}
