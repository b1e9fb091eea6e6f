package pack

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/goccy/go-yaml"
)

// packageID is what winget calls the package.
const packageID = "StreamTray.StreamTray"

// wingetVersion is that of the manifests' schema, as the repository of winget's packages takes it.
const wingetVersion = "1.10.0"

// winget is what each of the manifests of one package has, and what some have. Its fields are named as winget names them.
type winget struct {
	PackageIdentifier string `yaml:"PackageIdentifier"`
	PackageVersion    string `yaml:"PackageVersion"`
	DefaultLocale     string `yaml:"DefaultLocale,omitempty"`

	PackageLocale    string   `yaml:"PackageLocale,omitempty"`
	Publisher        string   `yaml:"Publisher,omitempty"`
	PackageName      string   `yaml:"PackageName,omitempty"`
	PackageURL       string   `yaml:"PackageUrl,omitempty"`
	License          string   `yaml:"License,omitempty"`
	ShortDescription string   `yaml:"ShortDescription,omitempty"`
	Moniker          string   `yaml:"Moniker,omitempty"`
	Tags             []string `yaml:"Tags,omitempty"`

	InstallerType       string               `yaml:"InstallerType,omitempty"`
	Scope               string               `yaml:"Scope,omitempty"`
	MinimumOSVersion    string               `yaml:"MinimumOSVersion,omitempty"`
	InstallModes        []string             `yaml:"InstallModes,omitempty"`
	InstallerSwitches   map[string]string    `yaml:"InstallerSwitches,omitempty"`
	ExpectedReturnCodes []wingetReturnCode   `yaml:"ExpectedReturnCodes,omitempty"`
	UpgradeBehavior     string               `yaml:"UpgradeBehavior,omitempty"`
	Commands            []string             `yaml:"Commands,omitempty"`
	ReleaseDate         string               `yaml:"ReleaseDate,omitempty"`
	ProductCode         string               `yaml:"ProductCode,omitempty"`
	Apps                []wingetInstalledApp `yaml:"AppsAndFeaturesEntries,omitempty"`
	Installers          []wingetInstaller    `yaml:"Installers,omitempty"`

	ManifestType    string `yaml:"ManifestType"`
	ManifestVersion string `yaml:"ManifestVersion"`
}

type wingetReturnCode struct {
	InstallerReturnCode int    `yaml:"InstallerReturnCode"`
	ReturnResponse      string `yaml:"ReturnResponse"`
}

// wingetInstalledApp is an entry of Windows' list of installed apps.
type wingetInstalledApp struct {
	DisplayName    string `yaml:"DisplayName"`
	Publisher      string `yaml:"Publisher"`
	DisplayVersion string `yaml:"DisplayVersion"`
	ProductCode    string `yaml:"ProductCode"`
}

type wingetInstaller struct {
	Architecture    string `yaml:"Architecture"`
	InstallerURL    string `yaml:"InstallerUrl"`
	InstallerSha256 string `yaml:"InstallerSha256"`
}

// The program in a sentence, where package managers list it.
const (
	inEnglish = "Starts a streaming detection project and keeps it streaming to Kafka: containers, topics, app."
	inChinese = "启动流式检测项目并使其持续向 Kafka 推送数据：容器、Topic 和应用。"
)

// wingetManifests are the manifests by their files. What they say of the installer is what installer.nsi does: for one
// user, silent by /S, the entry "StreamTray" among the installed apps, exit code 3 when the program runs and does not end.
func wingetManifests(s Source, at download) map[string]winget {
	manifest := func(kind string, m winget) winget {
		m.PackageIdentifier, m.PackageVersion, m.ManifestType, m.ManifestVersion = packageID, s.Number, kind, wingetVersion
		return m
	}
	locale := func(kind, locale, about string) winget {
		return manifest(kind, winget{
			PackageLocale: locale, Publisher: "StreamTray", PackageName: "StreamTray", PackageURL: at.homepage,
			License: "Apache-2.0", ShortDescription: about,
		})
	}
	english := locale("defaultLocale", "en-US", inEnglish)
	english.Moniker, english.Tags = "streamtray", []string{"docker", "kafka", "python", "streaming", "tray"}
	installer := manifest("installer", winget{
		InstallerType: "nullsoft", Scope: "user", MinimumOSVersion: "10.0.0.0", UpgradeBehavior: "install",
		InstallModes:        []string{"interactive", "silent", "silentWithProgress"},
		InstallerSwitches:   map[string]string{"Silent": "/S", "SilentWithProgress": "/S", "InstallLocation": "/D=<INSTALLPATH>"},
		ExpectedReturnCodes: []wingetReturnCode{{3, "packageInUse"}},
		Commands:            []string{"streamtray"}, ReleaseDate: s.Instant.Format("2006-01-02"), ProductCode: "StreamTray",
		Apps:       []wingetInstalledApp{{"StreamTray", "StreamTray", s.Number, "StreamTray"}},
		Installers: []wingetInstaller{{"x64", at.address(Setup(s.Number)), strings.ToUpper(at.sums[Setup(s.Number)])}},
	})
	return map[string]winget{
		packageID + ".yaml":              manifest("version", winget{DefaultLocale: "en-US"}),
		packageID + ".installer.yaml":    installer,
		packageID + ".locale.en-US.yaml": english,
		packageID + ".locale.zh-CN.yaml": locale("locale", "zh-CN", inChinese),
	}
}

// scoopManifest is how scoop installs the portable program. Its fields are named as scoop names them.
func scoopManifest(s Source, at download) any {
	type source struct {
		URL  string `json:"url"`
		Hash string `json:"hash"`
	}
	from := func(name string) source { return source{at.address(name), at.sums[name]} }
	return struct {
		Version      string            `json:"version"`
		Description  string            `json:"description"`
		Homepage     string            `json:"homepage"`
		License      string            `json:"license"`
		Architecture map[string]source `json:"architecture"`
		ExtractDir   string            `json:"extract_dir"`
		Bin          string            `json:"bin"`
		Shortcuts    [][]string        `json:"shortcuts"`
	}{
		s.Number, inEnglish, at.homepage, "Apache-2.0",
		map[string]source{"64bit": from(Zip(s.Number)), "arm64": from(ArmZip(s.Number))},
		"StreamTray", Terminal,
		[][]string{{Program, "StreamTray"}},
	}
}

// download is where artefacts can be had.
type download struct {
	base     string // ends without a slash
	homepage string
	sums     map[string]string // SHA-256 by artefact
}

func (d download) address(name string) string { return d.base + "/" + name }

// downloadAt reads the sums of artefacts in a folder that will be had below an address.
func downloadAt(base, dir string, names ...string) (download, error) {
	d := download{base: strings.TrimSuffix(base, "/"), sums: map[string]string{}}
	page, _, _ := strings.Cut(d.base, "/releases/download/") // as a forge has it: the project's own page is above
	d.homepage = page
	for _, name := range names {
		sum, err := sumOf(filepath.Join(dir, name))
		if err != nil {
			return download{}, err
		}
		d.sums[name] = fmt.Sprintf("%x", sum)
	}
	return d, nil
}

// checkURL refuses, before anything is made, an address that no package manager would take.
func (j Job) checkURL() error {
	u, err := url.Parse(j.URL)
	if j.URL == "" || err == nil && u.Scheme == "https" && u.Host != "" && u.RawQuery == "" && u.Fragment == "" {
		return nil
	}
	return fmt.Errorf("--url %q: want an address like https://example.com/downloads, below which the files will be", j.URL)
}

// Folders of the manifests.
const (
	Winget = "winget"
	Scoop  = "scoop"
)

// writeManifests writes the manifests for artefacts in dir that will be had below an address, into folders of dir.
func writeManifests(s Source, base, dir string) error {
	at, err := downloadAt(base, dir, Setup(s.Number), Zip(s.Number), ArmZip(s.Number))
	if err != nil {
		return err
	}
	for _, folder := range []string{Winget, Scoop} {
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o755); err != nil {
			return err
		}
	}
	for name, m := range wingetManifests(s, at) {
		text, err := yaml.Marshal(m)
		if err != nil {
			return err
		}
		schema := "# yaml-language-server: $schema=https://aka.ms/winget-manifest." + m.ManifestType + "." + wingetVersion + ".schema.json\n"
		if err := os.WriteFile(filepath.Join(dir, Winget, name), append([]byte(schema), text...), 0o644); err != nil {
			return err
		}
	}
	text, err := json.MarshalIndent(scoopManifest(s, at), "", "    ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, Scoop, "streamtray.json"), append(text, '\n'), 0o644)
}
