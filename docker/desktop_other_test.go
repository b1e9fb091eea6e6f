//go:build !windows

package docker

import (
	"errors"
	"testing"
)

func TestHowAnEngineIsStartedByHandIsTold(t *testing.T) {
	for host, want := range map[string]string{
		"unix:///var/run/docker.sock":                 "sudo systemctl start docker",
		"unix:///run/user/1000/docker.sock":           "systemctl --user start docker",
		"unix:///home/me/.docker/desktop/docker.sock": "systemctl --user start docker-desktop",
		"unix:///run/user/1000/podman/podman.sock":    "systemctl --user start podman.socket",
	} {
		err := connect(t, Endpoint{Host: host}).StartDesktop(t.Context())
		var e *Error
		if !errors.As(err, &e) || e.ID != "docker.start_by_hand" || e.Args["Command"] != want {
			t.Errorf("%s: got %v, want %s", host, err, want)
		}
	}
}
