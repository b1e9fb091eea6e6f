//go:build package

package pack

import (
	"archive/zip"
	"bytes"
	"debug/buildinfo"
	"debug/pe"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"streamtray/build/rig"
)

// What `go run ./build package` made is taken apart here, and compared with what it was made of.

// dist is the source tree that was packed, and where to.
func dist(t *testing.T) (Source, string) {
	t.Helper()
	root, err := rig.SourceTree()
	if err != nil {
		t.Fatal(err)
	}
	s, err := Read(t.Context(), root)
	if err != nil {
		t.Fatal(err)
	}
	return s, filepath.Join(root, "build", "dist")
}

func content(t *testing.T, path ...string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestTheProgramsAreMadeForTheirSubsystemAndProcessor(t *testing.T) {
	s, out := dist(t)
	for _, want := range []struct {
		name      string
		machine   uint16
		subsystem uint16
		imports   []string // beyond these, a file would have to come along
	}{
		{Program, pe.IMAGE_FILE_MACHINE_AMD64, pe.IMAGE_SUBSYSTEM_WINDOWS_GUI, []string{"gdi32.dll", "kernel32.dll", "msvcrt.dll", "opengl32.dll", "shell32.dll", "user32.dll"}},
		{Terminal, pe.IMAGE_FILE_MACHINE_AMD64, pe.IMAGE_SUBSYSTEM_WINDOWS_CUI, []string{"kernel32.dll"}},
		{ArmTerminal, pe.IMAGE_FILE_MACHINE_ARM64, pe.IMAGE_SUBSYSTEM_WINDOWS_CUI, []string{"kernel32.dll"}},
	} {
		e := open(t, out, want.name)
		if e.Machine != want.machine || e.header.Subsystem != want.subsystem || e.TimeDateStamp != 0 {
			t.Errorf("%s: machine %#x, subsystem %d, time %d; want %#x, %d, 0", want.name, e.Machine, e.header.Subsystem, e.TimeDateStamp, want.machine, want.subsystem)
		}
		symbols, err := e.ImportedSymbols() // ImportedLibraries is always empty
		if err != nil || len(symbols) == 0 {
			t.Fatalf("%s: imports %d symbols, %v", want.name, len(symbols), err)
		}
		for _, symbol := range symbols {
			_, library, _ := strings.Cut(symbol, ":")
			if !slices.Contains(want.imports, strings.ToLower(library)) {
				t.Errorf("%s needs %s", want.name, library)
			}
		}
		if !bytes.Contains(content(t, out, want.name), []byte(s.Version())) {
			t.Errorf("%s does not know its version %s", want.name, s.Version())
		}
		if bytes.Contains(content(t, out, want.name), []byte(s.Root)) {
			t.Errorf("%s has the folder in it where it was built", want.name)
		}
	}
}

func TestTheProgramsHaveIconVersionAndManifest(t *testing.T) {
	s, out := dist(t)
	for _, name := range []string{Program, Terminal, ArmTerminal} {
		e := open(t, out, name)
		for _, icon := range []string{"1", "GLFW_ICON"} {
			pictures := e.icons(t, icon)
			if len(pictures) != 7 {
				t.Errorf("%s: icon %s has %d sizes, want 7", name, icon, len(pictures))
			}
			for size, picture := range pictures {
				if want := content(t, s.Root, "assets", "icons", "png", fmt.Sprintf("app-%d.png", size)); !bytes.Equal(picture, want) {
					t.Errorf("%s: icon %s of size %d is not the program's", name, icon, size)
				}
			}
		}
		for _, text := range []string{s.Version(), s.Number + ".0", filepath.Base(name)} {
			if !e.says(t, text) {
				t.Errorf("%s: its version does not say %q", name, text)
			}
		}
		asks := e.manifest(t)
		for what, want := range map[string]string{
			"dpiAwareness":                  "PerMonitorV2, PerMonitor",
			"dpiAware":                      "true/pm",
			"longPathAware":                 "true",
			"activeCodePage":                "UTF-8",
			"requestedExecutionLevel.level": "asInvoker",
			"supportedOS.Id":                "{8e0f7a12-bfb3-4fe8-b9a5-48fd50a15a9a}",
		} {
			if asks[what] != want {
				t.Errorf("%s: manifest: %s is %q, want %q", name, what, asks[what], want)
			}
		}
	}
}

func TestTheZipsHoldTheProgramsAndThePapers(t *testing.T) {
	s, out := dist(t)
	for file, programs := range map[string][]string{
		Zip(s.Number):    {Program, Terminal},
		ArmZip(s.Number): {ArmTerminal},
	} {
		r, err := zip.OpenReader(filepath.Join(out, file))
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		var want, got []string
		for _, p := range programs {
			name := "StreamTray/" + filepath.Base(p)
			want = append(want, name)
			inside, err := fs.ReadFile(r, name)
			if err != nil || !bytes.Equal(inside, content(t, out, p)) {
				t.Errorf("%s: %s is not the program (%v)", file, name, err)
			}
		}
		want = append(want, "StreamTray/README.txt", "StreamTray/LICENSE.txt", "StreamTray/THIRD-PARTY.txt")
		for _, f := range r.File {
			got = append(got, f.Name)
			if !f.Modified.Equal(s.Instant) {
				t.Errorf("%s: %s is of %v, want the commit's %v", file, f.Name, f.Modified, s.Instant)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", file, got, want)
		}
		licences, err := fs.ReadFile(r, "StreamTray/THIRD-PARTY.txt")
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range append(modules(t, filepath.Join(out, programs[0])), "std ") {
			if !bytes.Contains(licences, []byte("\n==== "+m)) {
				t.Errorf("%s: no licence of %s", file, m)
			}
		}
	}
}

// modules are those linked into a program, as "path version".
func modules(t *testing.T, file string) []string {
	t.Helper()
	info, err := buildinfo.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		names = append(names, m.Path+" "+m.Version)
	}
	if len(names) < 30 {
		t.Fatalf("%s: %d modules, want all", file, len(names))
	}
	return names
}

func TestTheBillOfMaterialsNamesEveryModule(t *testing.T) {
	s, out := dist(t)
	type component struct{ Name, Version, Purl string }
	var bill struct {
		BomFormat, SpecVersion string
		Metadata               struct{ Component component }
		Components             []component
	}
	if err := json.Unmarshal(content(t, out, SBOM(s.Number)), &bill); err != nil {
		t.Fatal(err)
	}
	if bill.BomFormat != "CycloneDX" || bill.SpecVersion != "1.6" || bill.Metadata.Component.Version != s.Version() {
		t.Errorf("got %s %s of version %q, want CycloneDX 1.6 of %q", bill.BomFormat, bill.SpecVersion, bill.Metadata.Component.Version, s.Version())
	}
	var got []string
	for _, c := range bill.Components {
		got = append(got, c.Name+" "+c.Version)
		if !strings.HasPrefix(c.Purl, "pkg:golang/") {
			t.Errorf("%s has the package URL %q", c.Name, c.Purl)
		}
	}
	for _, m := range modules(t, filepath.Join(out, Program)) {
		if !slices.Contains(got, m) {
			t.Errorf("it does not name %s", m)
		}
	}
}

func TestTheSumsAreThoseOfAllArtefacts(t *testing.T) {
	s, out := dist(t)
	listed := map[string]bool{}
	for line := range strings.Lines(string(content(t, out, Sums))) {
		sum, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		got, err := sumOf(filepath.Join(out, name))
		if err != nil || fmt.Sprintf("%x", got) != sum {
			t.Errorf("%s: got %x, %v; listed %s", name, got, err, sum)
		}
		listed[name] = true
	}
	for _, name := range []string{Program, Terminal, ArmTerminal, Zip(s.Number), ArmZip(s.Number), Setup(s.Number), SBOM(s.Number)} {
		if !listed[name] {
			t.Errorf("%s is not listed", name)
		}
	}
}

func TestTheInstallerIsForOneUserAndSaysItsVersion(t *testing.T) {
	s, out := dist(t)
	e := open(t, out, Setup(s.Number))
	asks := e.manifest(t)
	for what, want := range map[string]string{"requestedExecutionLevel.level": "asInvoker", "dpiAware": "true"} {
		if asks[what] != want {
			t.Errorf("manifest: %s is %q, want %q", what, asks[what], want)
		}
	}
	if !e.says(t, s.Version()) {
		t.Errorf("its version does not say %s", s.Version())
	}
	// What NSIS begins its own part with: flags, a signature, the size of its script, that of everything that follows.
	all := content(t, out, Setup(s.Number))
	at := bytes.Index(all, []byte("\xef\xbe\xad\xdeNullsoftInst"))
	if at < 4 {
		t.Fatal("not made by NSIS")
	}
	const silent, noCheck = 2, 4
	if flags := all[at-4]; flags&(silent|noCheck) != 0 {
		t.Errorf("flags %#x, want one that shows itself and checks itself", flags)
	}
}

func TestTwoBuildsFromTwoFoldersAreTheSame(t *testing.T) {
	s, out := dist(t)
	again := s
	again.Root = filepath.Join(t.TempDir(), "elsewhere, with a space")
	copyTree(t, s.Root, again.Root)
	into := filepath.Join(again.Root, "build", "dist")
	if err := All(t.Context(), Job{Source: again, Out: into, Say: func(part, text string) { t.Log(part, text) }}); err != nil {
		t.Fatal(err)
	}
	if got, want := content(t, into, Sums), content(t, out, Sums); !bytes.Equal(got, want) {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// copyTree copies what git has or would take.
func copyTree(t *testing.T, from, to string) {
	t.Helper()
	list, err := git(t.Context(), from, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	if err != nil {
		t.Fatal(err)
	}
	for name := range strings.SplitSeq(strings.TrimSuffix(list, "\x00"), "\x00") {
		file := filepath.Join(to, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := copyFile(filepath.Join(from, name), file); err != nil {
			t.Fatal(err)
		}
	}
}
