package pack

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"streamtray/build/rig"
)

// nsis makes the installer.
func nsis() rig.Need {
	return rig.Need{Program: makensis(), Package: "nsis", Windows: "Install NSIS (winget install NSIS.NSIS)."}
}

// makensis is the program's name, or its path where the installer of NSIS for Windows, which leaves the PATH alone,
// puts it.
func makensis() string {
	usual := filepath.Join(os.Getenv("ProgramFiles(x86)"), "NSIS", "makensis.exe")
	if _, err := os.Stat(usual); runtime.GOOS == "windows" && err == nil {
		return usual
	}
	return "makensis"
}

// nsisRuntime is what NSIS puts into every installer: the program that unpacks the rest.
func nsisRuntime(ctx context.Context) (*cdx.Component, error) {
	said, err := rig.Output(exec.CommandContext(ctx, makensis(), "-VERSION"))
	c := generic("nsis", strings.TrimPrefix(said, "v"), "the program that unpacks and installs", "Zlib")
	return &c, err
}

// writeInstaller makes an installer of the programs and papers in the folder from.
func writeInstaller(ctx context.Context, s Source, from, file string, sign *Signature) error {
	args := []string{
		"-NOCD", "-V2", "-WX", "-INPUTCHARSET", "UTF8",
		"-DNUMBER=" + s.Number, "-DVERSION=" + s.Version(), "-DFROM=" + from, "-DOUT=" + file,
		"-DICON=" + filepath.Join(s.Root, "assets", "icons", icon),
	}
	env := append(os.Environ(), "SOURCE_DATE_EPOCH="+strconv.FormatInt(s.Instant.Unix(), 10))
	if sign != nil {
		self, err := os.Executable()
		if err != nil {
			return err
		}
		args = append(args, `-DSIGN="`+self+`" `+SignVerb)
		env = append(env, sign.environ()...)
	}
	cmd := exec.CommandContext(ctx, makensis(), append(args, filepath.Join(s.Root, "build", "windows", "installer.nsi"))...)
	cmd.Env = env
	return rig.Quietly(cmd)
}
