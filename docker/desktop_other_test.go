//go:build !windows

package docker

import (
	"errors"
	"slices"
	"testing"
)

const desktopSocket = "unix:///home/me/.docker/desktop/docker.sock"

func TestHowAnEngineIsStartedByHandIsTold(t *testing.T) {
	useFake(t, fakeScript{}) // neither Docker Desktop's command nor its unit
	for host, want := range map[string]string{
		"unix:///var/run/docker.sock":              "sudo systemctl start docker",
		"unix:///run/user/1000/docker.sock":        "systemctl --user start docker",
		desktopSocket:                              "systemctl --user start docker-desktop",
		"unix:///run/user/1000/podman/podman.sock": "systemctl --user start podman.socket",
	} {
		err := connect(t, Endpoint{Host: host}).StartDesktop(t.Context())
		var e *Error
		if !errors.As(err, &e) || e.ID != "docker.start_by_hand" || e.Args["Command"] != want {
			t.Errorf("%s: got %v, want %s", host, err, want)
		}
	}
}

func TestDockerDesktopIsStartedByWhatIsThere(t *testing.T) {
	ordered := []string{"docker", "desktop", "start", "--detach"}
	asked := []string{"systemctl", "--user", "cat", desktopUnit}
	started := []string{"systemctl", "--user", "start", "--no-block", desktopUnit}
	byDefault := Endpoint{Host: "unix:///var/run/docker.sock", Else: []string{desktopSocket}}
	for name, c := range map[string]struct {
		fake fakeScript
		end  Endpoint
		want [][]string
		id   string
	}{
		"by its command":          {fakeScript{Desktop: true}, Endpoint{Host: desktopSocket}, [][]string{ordered}, ""},
		"among the default hosts": {fakeScript{Desktop: true}, byDefault, [][]string{ordered}, ""},
		"by its unit":             {fakeScript{Unit: true}, Endpoint{Host: desktopSocket}, [][]string{ordered, asked, started}, ""},
		"where it is not":         {fakeScript{}, byDefault, [][]string{ordered, asked}, "docker.start_by_hand"},
		"not another engine":      {fakeScript{Desktop: true, Unit: true}, Endpoint{Host: "unix:///var/run/docker.sock"}, nil, "docker.start_by_hand"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := useFake(t, c.fake)
			err := connect(t, c.end).StartDesktop(t.Context())
			if idOf(err) != c.id {
				t.Errorf("got %v, want %q", err, c.id)
			}
			var got [][]string
			for _, call := range calls(t, dir) {
				got = append(got, call.Args)
			}
			if !slices.EqualFunc(got, c.want, slices.Equal) {
				t.Errorf("ran %v, want %v", got, c.want)
			}
		})
	}
}
