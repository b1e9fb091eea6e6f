package pack

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// valid checks a document against one of the published schemas.
func valid(t *testing.T, schema string, document []byte) {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", "schemas", schema))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	published, err := jsonschema.UnmarshalJSON(f)
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(schema, published); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile(schema)
	if err != nil {
		t.Fatal(err)
	}
	is, err := jsonschema.UnmarshalJSON(strings.NewReader(string(document)))
	if err != nil {
		t.Fatal(err)
	}
	if err := compiled.Validate(is); err != nil {
		t.Errorf("%s: %v\n%s", schema, err, document)
	}
}

// released are manifests for artefacts whose content is their name.
func released(t *testing.T, base string) (s Source, dir string) {
	t.Helper()
	s, dir = Source{Number: "1.2.3", Instant: time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC)}, t.TempDir()
	for _, name := range []string{Setup(s.Number), Zip(s.Number), ArmZip(s.Number)} {
		write(t, filepath.Join(dir, name), name)
	}
	if err := writeManifests(s, base, dir); err != nil {
		t.Fatal(err)
	}
	return s, dir
}

func TestWingetTakesItsManifests(t *testing.T) {
	s, dir := released(t, "https://example.com/me/streamtray/releases/download/v1.2.3/")
	files, err := filepath.Glob(filepath.Join(dir, Winget, "*.yaml"))
	if err != nil || len(files) != 4 {
		t.Fatalf("got %q, %v; want four", files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var m map[string]any
		if err := yaml.Unmarshal(text, &m); err != nil {
			t.Fatal(err)
		}
		document, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		valid(t, fmt.Sprintf("winget.%s.%s.json", m["ManifestType"], m["ManifestVersion"]), document)
		if m["PackageIdentifier"] != packageID || m["PackageVersion"] != s.Number {
			t.Errorf("%s is of %v %v, want %s %s", file, m["PackageIdentifier"], m["PackageVersion"], packageID, s.Number)
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, Winget, packageID+".installer.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"InstallerUrl: https://example.com/me/streamtray/releases/download/v1.2.3/StreamTray-1.2.3-setup.exe\n",
		fmt.Sprintf("InstallerSha256: %X\n", sha256.Sum256([]byte(Setup(s.Number)))),
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

func TestScoopTakesItsManifest(t *testing.T) {
	s, dir := released(t, "https://example.com/me/streamtray/releases/download/v1.2.3")
	text, err := os.ReadFile(filepath.Join(dir, Scoop, "streamtray.json"))
	if err != nil {
		t.Fatal(err)
	}
	valid(t, "scoop.json", text)
	var got struct {
		Homepage     string
		Architecture map[string]struct{ URL, Hash string }
	}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if want := "https://example.com/me/streamtray"; got.Homepage != want {
		t.Errorf("homepage %q, want %q", got.Homepage, want)
	}
	for arch, zip := range map[string]string{"64bit": Zip(s.Number), "arm64": ArmZip(s.Number)} {
		sum := fmt.Sprintf("%x", sha256.Sum256([]byte(zip)))
		if a := got.Architecture[arch]; a.Hash != sum || a.URL != "https://example.com/me/streamtray/releases/download/v1.2.3/"+zip {
			t.Errorf("%s: got %+v, want %s with %s", arch, a, zip, sum)
		}
	}
}

// What winget is told of the installer is true only as long as the installer does it.
func TestTheInstallerDoesWhatWingetIsTold(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "windows", "installer.nsi"))
	if err != nil {
		t.Fatal(err)
	}
	m := wingetManifests(Source{Number: "1.2.3"}, download{})[packageID+".installer.yaml"]
	app := m.Apps[0]
	for _, want := range []string{
		"RequestExecutionLevel " + m.Scope,
		`!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\` + m.ProductCode + `"`,
		`HKCU "${UNINSTALL}" "DisplayName" "` + app.DisplayName + `"`,
		`HKCU "${UNINSTALL}" "Publisher" "` + app.Publisher + `"`,
		`HKCU "${UNINSTALL}" "DisplayVersion" "${NUMBER}"`,
		fmt.Sprintf("SetErrorLevel %d", m.ExpectedReturnCodes[0].InstallerReturnCode),
		";   " + m.InstallerSwitches["Silent"] + "   ",
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("installer.nsi has no %q", want)
		}
	}
}

func TestAnAddressThatNoPackageManagerTakesIsRefused(t *testing.T) {
	for _, bad := range []string{"http://example.com/x", "example.com", "https://", "https://example.com/x?y=1", "https://example.com/%zz"} {
		if err := (Job{URL: bad}).checkURL(); err == nil || !strings.Contains(err.Error(), "--url") {
			t.Errorf("%q: got %v, want an error that names the option", bad, err)
		}
	}
	for _, good := range []string{"", "https://example.com/x/"} {
		if err := (Job{URL: good}).checkURL(); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
}
