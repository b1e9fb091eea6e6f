package docker

import "testing"

func TestADistributionIsFoundInWhateverEncodingWSLLists(t *testing.T) {
	utf16 := func(s string) string {
		var b []byte
		for _, c := range []byte(s) {
			b = append(b, c, 0)
		}
		return string(b)
	}
	const german = "Es werden keine Distributionen ausgeführt\n"
	for list, want := range map[string]bool{
		"":                             false,
		"Ubuntu\r\n":                   false,
		"docker-desktop-data\r\n":      false,
		"Ubuntu\r\ndocker-desktop\r\n": true,
		"docker-desktop":               true,
		german:                         false,

		utf16("Ubuntu\r\ndocker-desktop\r\n"):      true,
		utf16("Ubuntu\r\ndocker-desktop-data\r\n"): false,
		"\xff\xfe" + utf16("docker-desktop\r\n"):   true,
	} {
		if got := lists([]byte(list), "docker-desktop"); got != want {
			t.Errorf("%q: got %t, want %t", list, got, want)
		}
	}
}
