package project

import (
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// envDocker names a file; this test binary, found under the name docker, writes there what it was asked for.
const envDocker = "PROJECT_TEST_DOCKER"

func TestMain(m *testing.M) {
	if calls := os.Getenv(envDocker); calls != "" && strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe") == "docker" {
		err := os.WriteFile(calls, []byte(strings.Join(os.Args[1:], " ")), 0o600)
		if err != nil {
			os.Exit(1)
		}
		fmt.Println("2.40.3") // in case it was asked for its version
		return
	}
	if addr := os.Getenv(envConnect); addr != "" {
		if err := connectTo(addr); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// envConnect holds an address; this test binary is then an app that is connected to it until its input ends.
const envConnect = "PROJECT_TEST_CONNECT"

func connectTo(addr string) error {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer c.Close()
	fmt.Println("connected")
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// dockerCommand puts a docker command, and nothing else, on the search path, and gives the file that has what it was
// last asked for.
func dockerCommand(t *testing.T) (calls string) {
	t.Helper()
	dir := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	name := "docker"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	text, err := os.ReadFile(self)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name), text, 0o700)
	}
	if err != nil {
		t.Fatal(err)
	}
	calls = filepath.Join(dir, "calls")
	t.Setenv("PATH", dir)
	t.Setenv(envDocker, calls)
	return calls
}
