package envfile

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"streamtray/app/i18n"
)

// What python-dotenv 1.0.1 makes of the same text stands here as it printed it.
func TestAFileMeansWhatPythonDotenvMakesOfIt(t *testing.T) {
	for text, want := range map[string]string{
		"A=1\nB=2":                           `A="1" B="2"`,
		"A=1\r\nB=2\r\n":                     `A="1" B="2"`,
		"A=1\rB=2":                           `A="1" B="2"`,
		"\n\n  A = 1  \n":                    `A="1"`,
		"export A=1\nexport\tB=2":            `A="1" B="2"`,
		"export\nA=1":                        `export A="1"`,
		"exported=1":                         `exported="1"`,
		"# A=1\n  # B=2\nC=3":                `C="3"`,
		"A=1 # why\nB=1#2\nC=a b":            `A="1" B="1#2" C="a b"`,
		"A= # why":                           `A="# why"`,
		"A=\nB":                              `A="" B`,
		"A=1\nA=2\nA":                        `A="1" A="2" A`,
		"A=\"1\"\nB='2'# why\nC='3' # why":   `A="1" B="2" C="3"`,
		`A="a\nb\t\"c\"\\\x"`:                `A="a\nb\t\"c\"\\\\x"`,
		`A='a\nb\'c\\'`:                      `A="a\\nb'c\\"`,
		`A="C:\dir\"`:                        `A="C:\\dir\\"`,
		"A=\"one\r\ntwo\"\nB=2":              `A="one\ntwo" B="2"`,
		"A=\"open\nB=2":                      `B="2"`,
		"A=\"a\nb\" c\nB=2":                  `B="2"`,
		"a b=1\n=1\n'A'=1\n''=1":             `A="1"`,
		"A='x' y\nB=2":                       `B="2"`,
		"A=检测\u3000# 说明":                     `A="检测"`,
		"A=${B}":                             `A="${B}"`,
		"A=\xbc\xec # \xb2\xe2\nB=2":         `A="\xbc\xec" B="2"`, // Python would refuse the whole file
		"":                                   "",
		"\uFEFFA=1":                          `A="1"`, // Python would name it "\uFEFFA"
		"A=it's\nB=2":                        `A="it's" B="2"`,
		"KEY=a=b\nURL=http://h:1/?a=b#c":     `KEY="a=b" URL="http://h:1/?a=b#c"`,
		"SERVERS=localhost:9092,[::1]:9093 ": `SERVERS="localhost:9092,[::1]:9093"`,
	} {
		all, _ := parse(text)
		var got []string
		for _, b := range all {
			if !b.set {
				got = append(got, b.key)
				continue
			}
			got = append(got, fmt.Sprintf("%s=%q", b.key, b.value))
		}
		if got := strings.Join(got, " "); got != want {
			t.Errorf("%q\ngot  %s\nwant %s", text, got, want)
		}
	}
}

func TestSettingChangesOneValueAndNothingElse(t *testing.T) {
	for _, c := range []struct{ name, text, value, want string }{
		{"the value", "A=1\nFLAG=false\nB=2\n", "true", "A=1\nFLAG=true\nB=2\n"},
		{"already so", "FLAG = true # yes\n", "true", "FLAG = true # yes\n"},
		{"already so, in quotes", "FLAG='true'\n", "true", "FLAG='true'\n"},
		{"Windows' line ends", "FLAG=false\r\nB=2\r\n", "true", "FLAG=true\r\nB=2\r\n"},
		{"blanks and a comment", "  export FLAG =  false   # off for now", "true", "  export FLAG =  true   # off for now"},
		{"quotes stay", "FLAG=\"false\" # x\n", "true", "FLAG=\"true\" # x\n"},
		{"other quotes stay", "FLAG='false'\n", "it's", `FLAG='it\'s'` + "\n"},
		{"the last counts", "FLAG=1\nFLAG=2\nB=3", "true", "FLAG=1\nFLAG=true\nB=3"},
		{"a bare name", "export FLAG\nB=2", "true", "export FLAG=true\nB=2"},
		{"an empty value", "FLAG=\nB=2", "true", "FLAG=true\nB=2"},
		{"to empty", "FLAG=true\nB=2", "", "FLAG=\nB=2"},
		{"to empty before a comment", "FLAG=true # x", "", "FLAG='' # x"},
		{"a value over two lines", "FLAG=\"a\nb\"\nB=2", "true", "FLAG=\"true\"\nB=2"},
		{"a byte order mark", "\uFEFFFLAG=false\n", "true", "\uFEFFFLAG=true\n"},
		{"another encoding", "# \xbc\xec\xb2\xe2\nFLAG=false # \xbd\xe1\n", "true", "# \xbc\xec\xb2\xe2\nFLAG=true # \xbd\xe1\n"},
		{"in a comment", "# FLAG=false\n", "true", "# FLAG=false\nFLAG=true\n"},
		{"a longer name", "FLAGS=1\nA_FLAG=2\n", "true", "FLAGS=1\nA_FLAG=2\nFLAG=true\n"},
		{"a new line", "A=1\n", "true", "A=1\nFLAG=true\n"},
		{"a new line of Windows", "A=1\r\nB=2\r\n", "true", "A=1\r\nB=2\r\nFLAG=true\r\n"},
		{"no last line end", "A=1", "true", "A=1\nFLAG=true"},
		{"an empty file", "", "true", "FLAG=true\n"},
		{"only a byte order mark", "\uFEFF", "true", "\uFEFFFLAG=true\n"},
		{"spaces", "FLAG=x\n", "a b # c", "FLAG='a b # c'\n"},
		{"several lines", "FLAG=x\n", "a\nb", `FLAG="a\nb"` + "\n"},
		{"both quotes", "FLAG=x\n", `a "b" 'c'`, `FLAG="a \"b\" 'c'"` + "\n"},
		{"a backslash at the end", "FLAG=\"x\"\n", `C:\dir\`, `FLAG="C:\\dir\\"` + "\n"},
		{"a backslash at the end, a quote below", "FLAG=\"x\"\nB=\"y\"\n", `C:\dir\`, `FLAG='C:\\dir\\'` + "\nB=\"y\"\n"},
		{"a backslash at the end, any quote below", "FLAG=x\nB=\"y'\"\n", `C:\dir\`, `FLAG=C:\dir\` + "\nB=\"y'\"\n"},
		{"an open quote elsewhere", "B=\"open\nFLAG=x\n", "true", "B=\"open\nFLAG=true\n"},
		{"Chinese", "FLAG=x\n", "检测", "FLAG='检测'\n"},
	} {
		path := file(t, c.text)
		changed, err := Set(path, "FLAG", c.value)
		if err != nil || changed != (c.text != c.want) {
			t.Errorf("%s: got changed %v, %v", c.name, changed, err)
		}
		if got := content(t, path); got != c.want {
			t.Errorf("%s:\ngot  %q\nwant %q", c.name, got, c.want)
		}
		if got, ok, err := Get(path, "FLAG"); got != c.value || !ok || err != nil {
			t.Errorf("%s: reads back %q, %v, %v; want %q", c.name, got, ok, err, c.value)
		}
	}
}

func TestWhatCannotBeSetIsRefusedAndTheFileKept(t *testing.T) {
	for _, c := range []struct{ name, text, key, value, want string }{
		{"no name", "A=1", "", "x", "envfile.bad_key"},
		{"a name with a space", "A=1", "A B", "x", "envfile.bad_key"},
		{"a name with a digit first", "A=1", "1A", "x", "envfile.bad_key"},
		{"a name with a sign", "A=1", "A=B", "x", "envfile.bad_key"},
		{"a reference", "A=1", "A", "${HOME}/x", "envfile.bad_value"},
		{"a NUL", "A=1", "A", "a\x00b", "envfile.bad_value"},
		{"no UTF-8", "A=1", "A", "\xbc\xec", "envfile.bad_value"},
		{"a backslash at the end of what needs quotes", "A=1\nB=\"'\"", "A", "a\nb\\", "envfile.bad_value"},
		{"an open quote would end", "# a\r\nB=\"open\n'C=\nA=x\n", "A", "it's \" both", "envfile.broken_line 2"},
	} {
		path := file(t, c.text)
		changed, err := Set(path, c.key, c.value)
		if got := named(err); got != c.want || changed {
			t.Errorf("%s: got %s, changed %v; want %s", c.name, got, changed, c.want)
		}
		if got := content(t, path); got != c.text {
			t.Errorf("%s: the file became %q", c.name, got)
		}
	}
}

func TestAMissingFileSetsNothingAndIsCreatedForTheUser(t *testing.T) {
	path := filepath.Join(t.TempDir(), ".env")
	if got, ok, err := Get(path, "FLAG"); got != "" || ok || err != nil {
		t.Errorf("got %q, %v, %v; want nothing", got, ok, err)
	}
	if changed, err := Set(path, "FLAG", "true"); !changed || err != nil {
		t.Errorf("got changed %v, %v", changed, err)
	}
	if got, want := content(t, path), "FLAG=true\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	private := filepath.Join(t.TempDir(), "private")
	if err := os.WriteFile(private, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if got, want := mode(t, path), mode(t, private); got != want {
		t.Errorf("got mode %v, want %v", got, want)
	}
}

func TestTheFileKeepsItsModeAndItsLink(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "real.env"), []byte("FLAG=false\n"), 0o640); err != nil {
		t.Fatal(err)
	}
	was := mode(t, filepath.Join(dir, "real.env"))
	for _, target := range []string{"real.env", "created.env"} {
		path := filepath.Join(dir, target)
		link := filepath.Join(dir, "link to "+target)
		if err := os.Symlink(target, link); err != nil {
			t.Skip("no links here: ", err)
		}
		if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
			t.Skip("no real links here: ", err) // Wine
		}
		if changed, err := Set(link, "FLAG", "true"); !changed || err != nil {
			t.Errorf("%s: got changed %v, %v", target, changed, err)
		}
		if got, want := content(t, path), "FLAG=true\n"; got != want {
			t.Errorf("%s: got %q, want %q", target, got, want)
		}
		if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
			t.Errorf("%s: the link became %v, %v", target, info.Mode(), err)
		}
	}
	if got := mode(t, filepath.Join(dir, "real.env")); got != was {
		t.Errorf("got mode %v, want %v", got, was)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 4 {
		t.Errorf("got %v, %v; want two files and two links, nothing left over", files, err)
	}
}

func TestAFileThatIsNoneOrNotOursIsLeftAlone(t *testing.T) {
	dir := t.TempDir()
	large, readOnly := file(t, strings.Repeat("A=1\n", maxSize/4+1)), file(t, "A=1\n")
	if err := os.Chmod(readOnly, 0o444); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		dir:                                "envfile.unreadable",
		large:                              "envfile.unreadable",
		readOnly:                           "envfile.unwritable",
		filepath.Join(dir, "none", ".env"): "envfile.unwritable",
	} {
		changed, err := Set(path, "A", "2")
		if got := named(err); got != want || changed {
			t.Errorf("%s: got %s, changed %v; want %s", path, got, changed, want)
		}
	}
	if _, _, err := Get(large, "A"); named(err) != "envfile.unreadable" {
		t.Errorf("got %v, want it unreadable", err)
	}
	if got := content(t, readOnly); got != "A=1\n" {
		t.Errorf("the read-only file became %q", got)
	}
}

// Whatever the file holds: what is set reads back, and the rest of the file is the same to the byte.
func FuzzSetChangesOneValueAndNothingElse(f *testing.F) {
	f.Add("A=1\r\nFLAG=\"false\" # x\nexport B='2\n3'\n", "true")
	f.Add("\uFEFFFLAG\nFLAG=a # b\nB=\"open", "a \"b\" 'c'\\")
	f.Add("FLAG='\\'\nB=\"\\\"", "a\nb#")
	f.Fuzz(func(t *testing.T, text, value string) {
		if !goodValue(value) {
			return
		}
		got, err := edit(text, "FLAG", value)
		if err != nil {
			return
		}
		before, _ := parse(text)
		after, _ := parse(got)
		i, j := last(before, "FLAG"), last(after, "FLAG")
		if j < 0 || !after[j].set || after[j].value != value {
			t.Fatalf("%q: set to %q: got %q", text, value, got)
		}
		if i < 0 {
			if head, tail := got[:len(text)], got[len(text):]; head != text || strings.Count(tail, "FLAG=") != 1+strings.Count(value, "FLAG=") {
				t.Fatalf("%q: got %q, want a line more", text, got)
			}
			return
		}
		head, tail := text[:before[i].start], text[before[i].end:]
		if !strings.HasPrefix(got, head) || !strings.HasSuffix(got, tail) || len(got) < len(head)+len(tail) {
			t.Fatalf("%q: got %q: more than the value changed", text, got)
		}
		if again, err := edit(got, "FLAG", value); err != nil || again != got {
			t.Fatalf("%q: set again: got %q, %v", got, again, err)
		}
	})
}

func TestEveryFaultHasASentenceAndAdvice(t *testing.T) {
	src, err := os.ReadFile("envfile.go")
	if err != nil {
		t.Fatal(err)
	}
	ids := regexp.MustCompile(`usererr\.New\("([a-z_.]+)"`).FindAllStringSubmatch(string(src), -1)
	if len(ids) < 5 {
		t.Fatalf("only %v found: is the pattern right?", ids)
	}
	for _, lang := range i18n.Languages {
		w, err := i18n.New(lang)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range ids {
			for _, text := range []string{id[1], id[1] + ".hint"} {
				if _, ok := w.Find(text, nil); !ok {
					t.Errorf("%s: no text %s", lang, text)
				}
			}
		}
	}
}

func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), ".env")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func content(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func mode(t *testing.T, path string) os.FileMode {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode()
}

// named is what a final fault calls itself, with its line where it has one.
func named(err error) string {
	f, ok := err.(interface { // these come unwrapped
		Message() (string, map[string]any)
		Final() bool
	})
	if !ok || !f.Final() {
		return fmt.Sprintf("%v, not a final fault", err)
	}
	id, args := f.Message()
	if line, ok := args["Line"]; ok {
		id += fmt.Sprintf(" %v", line)
	}
	return id
}

// PowerShell 5 writes UTF-16 with >. A line in UTF-8 was added to that.
func TestAFileInUTF16IsLeftAndNamed(t *testing.T) {
	for name, text := range map[string]string{
		"little":       "\xff\xfeA\x00=\x001\x00\r\x00\n\x00",
		"big":          "\xfe\xff\x00A\x00=\x001\x00\r\x00\n",
		"without mark": "A\x00=\x001\x00\n\x00",
	} {
		path := file(t, text)
		_, err := Set(path, "FLAG", "true")
		if got := content(t, path); got != text {
			t.Errorf("%s: the file was changed: %q", name, got)
		}
		for lang, want := range map[string]string{"en": "is UTF-16; save it as UTF-8", "zh": "UTF-16，请另存为 UTF-8"} {
			w, werr := i18n.New(lang)
			if werr != nil {
				t.Fatal(werr)
			}
			if said, hint := w.Error(err); !strings.Contains(said, want) || hint == "" {
				t.Errorf("%s, %s: %q, %q", name, lang, said, hint)
			}
		}
		if _, _, err := Get(path, "A"); err == nil {
			t.Errorf("%s: read all the same", name)
		}
	}
}
