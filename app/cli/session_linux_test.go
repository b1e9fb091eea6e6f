package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// running are the processes of the session that works in dir: they inherited a variable that names it.
func running(dir string) []int {
	var pids []int
	files, _ := filepath.Glob("/proc/[0-9]*/environ") // the pattern is good
	for _, f := range files {
		environ, err := os.ReadFile(f)
		if err != nil { // it ended just now
			continue
		}
		if bytes.Contains(append([]byte{0}, environ...), []byte("\x00WORK="+dir+"\x00")) {
			pid, err := strconv.Atoi(filepath.Base(filepath.Dir(f)))
			if err == nil {
				pids = append(pids, pid)
			}
		}
	}
	return pids
}

// endAll ends what a session that failed left behind.
func endAll(dir string) {
	for _, pid := range running(dir) {
		_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended
	}
}
