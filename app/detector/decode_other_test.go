//go:build !windows

package detector

import "testing"

func TestGBKIsReadWhereItCanBeNothingElse(t *testing.T) {
	for bytes, want := range map[string]string{
		"\xbc\xec\xb2\xe2\xbd\xe1\xb9\xfb: 3": "检测结果: 3",
		"检测结果":                                "检测结果",
		"\xff\xfe!":                           "\uFFFD!",
		"caf\xe9":                             "caf\uFFFD",
	} {
		if got := lines(bytes + "\n")[0].Text; got != want {
			t.Errorf("%q: got %q, want %q", bytes, got, want)
		}
	}
}
