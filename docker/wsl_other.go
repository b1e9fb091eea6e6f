//go:build !windows

package docker

func machineRuns(Endpoint) bool { return true }

// missingPrerequisite names what the engine stands on and is not there; this system has nothing of that kind.
func missingPrerequisite(facts, error) *Error { return nil }

// processRuns reports whether one of Docker Desktop's programs runs; those that it is asked about are Windows' alone.
func processRuns([]string) bool { return false }
