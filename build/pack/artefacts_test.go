//go:build package

package pack

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	"debug/pe"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"streamtray/build/rig"
	"streamtray/build/zig"
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

// windowsLibraries are those that every Windows has, kernel32 first.
var windowsLibraries = []string{"kernel32.dll", "gdi32.dll", "opengl32.dll", "shell32.dll", "user32.dll"}

// ucrt is what the parts of the C library are called that Windows has since Windows 10.
const ucrt = "api-ms-win-crt-"

func TestTheProgramsAreMadeForTheirSubsystemAndProcessor(t *testing.T) {
	s, out := dist(t)
	cache, err := os.UserCacheDir() // the compiler's and Go's are there
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct {
		name      string
		machine   uint16
		subsystem uint16
		imports   []string // beyond these, a file would have to come along
	}{
		{Program, pe.IMAGE_FILE_MACHINE_AMD64, pe.IMAGE_SUBSYSTEM_WINDOWS_GUI, windowsLibraries},
		{Terminal, pe.IMAGE_FILE_MACHINE_AMD64, pe.IMAGE_SUBSYSTEM_WINDOWS_CUI, windowsLibraries[:1]},
		{ArmProgram, pe.IMAGE_FILE_MACHINE_ARM64, pe.IMAGE_SUBSYSTEM_WINDOWS_GUI, windowsLibraries},
		{ArmTerminal, pe.IMAGE_FILE_MACHINE_ARM64, pe.IMAGE_SUBSYSTEM_WINDOWS_CUI, windowsLibraries[:1]},
	} {
		e := open(t, out, want.name)
		if e.Machine != want.machine || e.header.Subsystem != want.subsystem {
			t.Errorf("%s: machine %#x, subsystem %d; want %#x, %d", want.name, e.Machine, e.header.Subsystem, want.machine, want.subsystem)
		}
		if e.NumberOfSymbols != 0 || e.Section(".debug_info") != nil || e.Section(".zdebug_info") != nil {
			t.Errorf("%s has symbols or what a debugger reads", want.name)
		}
		symbols, err := e.ImportedSymbols() // ImportedLibraries is always empty
		if err != nil || len(symbols) == 0 {
			t.Fatalf("%s: imports %d symbols, %v", want.name, len(symbols), err)
		}
		for _, symbol := range symbols {
			_, library, _ := strings.Cut(symbol, ":")
			if library = strings.ToLower(library); !slices.Contains(want.imports, library) && !(want.subsystem == pe.IMAGE_SUBSYSTEM_WINDOWS_GUI && strings.HasPrefix(library, ucrt)) {
				t.Errorf("%s needs %s", want.name, library)
			}
		}
		if !bytes.Contains(content(t, out, want.name), []byte(s.Version())) {
			t.Errorf("%s does not know its version %s", want.name, s.Version())
		}
		for what, where := range map[string]string{"built": s.Root, "the cache is": cache} {
			if bytes.Contains(content(t, out, want.name), []byte(where)) {
				t.Errorf("%s has the folder in it where %s", want.name, what)
			}
		}
	}
}

func TestTheProgramsHaveIconVersionAndManifest(t *testing.T) {
	s, out := dist(t)
	for _, name := range executables() {
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
		ArmZip(s.Number): {ArmProgram, ArmTerminal},
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
		for _, m := range append(modules(t, filepath.Join(out, programs[0])), "std ", "zig "+zig.Version+": LICENSE", "mingw-w64 ") {
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

func TestEveryArtefactHasABillOfMaterials(t *testing.T) {
	s, out := dist(t)
	for _, a := range (Job{Source: s}).artefacts() {
		t.Run(a.name, func(t *testing.T) {
			b := new(cdx.BOM)
			if err := cdx.NewBOMDecoder(bytes.NewReader(content(t, out, SBOM(a.name))), cdx.BOMFileFormatJSON).Decode(b); err != nil {
				t.Fatal(err)
			}
			sum := func(name string) string { return fmt.Sprintf("%x", sha256.Sum256(content(t, out, name))) }
			self := b.Metadata.Component
			if b.SpecVersion != cdx.SpecVersion1_6 || self.Name != filepath.Base(a.name) || self.Version != s.Version() || (*self.Hashes)[0].Value != sum(a.name) {
				t.Errorf("got %v of %+v, want 1.6 of %s with its version and sum", b.SpecVersion, self, a.name)
			}
			has := map[string]bool{}
			for _, c := range *b.Components {
				has[c.Name+" "+c.Version] = true
				if c.Hashes != nil && c.Type == cdx.ComponentTypeApplication {
					has[(*c.Hashes)[0].Value] = true
				}
			}
			var want []string
			for _, p := range a.programs {
				want = append(want, modules(t, filepath.Join(out, p))...)
				if p != a.name {
					want = append(want, sum(p))
				}
			}
			for _, w := range want {
				if !has[w] {
					t.Errorf("it does not name %s", w)
				}
			}
			windows := slices.Contains(a.programs, Program) || slices.Contains(a.programs, ArmProgram)
			for _, runtime := range (zig.Compiler{}).Runtime() {
				if has[runtime.Name+" "+runtime.Version] != windows {
					t.Errorf("names %s: %v, want %v", runtime.Name, !windows, windows)
				}
			}
		})
	}
}

func TestTheVersionOfMingwIsTheCompilers(t *testing.T) {
	c, err := zig.Get(t.Context(), func(part, text string) { t.Log(part, text) })
	if err != nil {
		t.Fatal(err)
	}
	mingw := c.Runtime()[1]
	header := filepath.Join(filepath.Dir(mingw.Licence), "..", "include", "any-windows-any", "_mingw_mac.h")
	var parts [4]string
	for i, name := range []string{"MAJOR", "MINOR", "BUGFIX", "STATE"} {
		found := regexp.MustCompile(`#define __MINGW64_VERSION_` + name + `\s+"?(\w+)`).FindSubmatch(content(t, header))
		if found == nil {
			t.Fatalf("%s has no version", header)
		}
		parts[i] = string(found[1])
	}
	if got := strings.Join(parts[:3], ".") + "-" + parts[3]; got != mingw.Version {
		t.Errorf("the compiler has mingw-w64 %s, the bill says %s", got, mingw.Version)
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
	for _, a := range (Job{Source: s}).artefacts() {
		for _, name := range []string{a.name, SBOM(a.name)} {
			if !listed[name] {
				t.Errorf("%s is not listed", name)
			}
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
