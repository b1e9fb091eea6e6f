package main

import (
	"os/exec"
	"time"
)

// endWithFamily bounds the wait for what the command has started, once its context has ended and it with that. A Ctrl-C
// reaches all programs of the console by itself.
func endWithFamily(cmd *exec.Cmd) { cmd.WaitDelay = 10 * time.Second }
