package project

import (
	"errors"
	"slices"

	"streamtray/app/detector"
	"streamtray/docker"
)

// Unkept reports whether something does not hold for nothing but that nobody keeps the project: nothing went wrong.
func Unkept(err error) bool {
	var told interface {
		Message() (id string, args map[string]any)
	}
	if !errors.As(err, &told) {
		return false
	}
	id, _ := told.Message()
	return slices.Contains([]string{
		docker.ServiceMissing, docker.ServiceCreated, docker.ServiceStopped, "project.embedded_stopped", "project.flag_not_set", detector.NotRunning,
	}, id)
}
