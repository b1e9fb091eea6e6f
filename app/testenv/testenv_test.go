package testenv

import "testing"

// ended notes how a test was ended.
type ended []string

func (e *ended) Helper()      {}
func (e *ended) Fatal(...any) { *e = append(*e, "fatal") }
func (e *ended) Skip(...any)  { *e = append(*e, "skip") }

func TestWhatIsLackedFailsInCIAndIsSkippedElsewhere(t *testing.T) {
	for ci, want := range map[string]string{"true": "fatal", "": "skip"} {
		t.Setenv("CI", ci)
		var e ended
		Of(&e, "no Python here")
		if len(e) == 0 || e[0] != want {
			t.Errorf("CI=%q: %v, want %s", ci, e, want)
		}
	}
}
