package cli

import "testing"

func TestAFolderIsOnThePathOnceAndTheRestStays(t *testing.T) {
	const dir = `C:\Users\小明\AppData\Local\Programs\StreamTray`
	for _, c := range []struct{ name, before, with, without string }{
		{"none yet", ``, dir, ``},
		{"others", `%USERPROFILE%\bin;C:\a b`, `%USERPROFILE%\bin;C:\a b;` + dir, `%USERPROFILE%\bin;C:\a b`},
		{"an open end", `C:\a;`, `C:\a;` + dir, `C:\a;`},
		{"there already", `C:\a;` + dir + `;C:\b`, `C:\a;` + dir + `;C:\b`, `C:\a;C:\b`},
		{"written otherwise", `"c:\users\小明\appdata\local\programs\streamtray\";C:\b`, `"c:\users\小明\appdata\local\programs\streamtray\";C:\b`, `C:\b`},
		{"a longer name", dir + `2`, dir + `2;` + dir, dir + `2`},
		{"empty entries", `C:\a;;C:\b`, `C:\a;;C:\b;` + dir, `C:\a;;C:\b`},
	} {
		if got := with(c.before, dir); got != c.with {
			t.Errorf("%s: with: got %q, want %q", c.name, got, c.with)
		}
		if got := without(c.before, dir); got != c.without {
			t.Errorf("%s: without: got %q, want %q", c.name, got, c.without)
		}
	}
}
