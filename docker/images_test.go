package docker

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"testing"
)

const image = "confluentinc/cp-kafka:7.5.0"

func TestAnImageIsThereOrCouldBePulledOrIsToldWhyNot(t *testing.T) {
	refuse := func(code int, message string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(code)
			_ = json.NewEncoder(w).Encode(map[string]string{"message": message})
		}
	}
	for _, c := range []struct {
		name   string
		answer http.HandlerFunc
		want   string
	}{
		{"the registry has it", nil, ""},
		{"it does not", refuse(404, "manifest unknown: manifest unknown"), "docker.image_not_found"},
		{"only for those who are logged in", refuse(401, "unauthorized: authentication required"), "docker.image_denied"},
		{"for nobody", refuse(403, "pull access denied for x, repository does not exist"), "docker.image_denied"},
		{"a limit", refuse(429, "toomanyrequests: slow down"), "docker.rate_limit"},
		{"no name server", refuse(500, `Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: no such host`), "docker.registry_unreachable"},
		{"a company's certificate", refuse(500, `Get "https://registry-1.docker.io/v2/": x509: certificate signed by unknown authority`), "docker.registry_untrusted"},
		{"something else", refuse(500, "the cellar is flooded"), "docker.engine_error"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDaemon(t)
			d.json("/distribution/"+image+"/json", map[string]any{"Descriptor": map[string]any{}})
			if c.answer != nil {
				d.on("/distribution/"+image+"/json", c.answer)
			}
			g := d.connect(t)
			if has, err := g.HasImage(t.Context(), image); has || err != nil {
				t.Errorf("before it was pulled: got %t, %v", has, err)
			}
			err := g.Pullable(t.Context(), image)
			if got := ids(err); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			d.json("/images/"+image+"/json", map[string]any{"Id": "sha256:1"})
			if has, err := g.HasImage(t.Context(), image); !has || err != nil {
				t.Errorf("once pulled: got %t, %v", has, err)
			}
		})
	}
}

func TestUsageAddsUpWhatIsKeptAndWhatCouldGo(t *testing.T) {
	d := newDaemon(t)
	d.json("/system/df", map[string]any{
		"LayersSize": 1000,
		"Images": []any{
			map[string]any{"Size": 600, "SharedSize": 100, "Containers": 0},
			map[string]any{"Size": 400, "SharedSize": 100, "Containers": 1},
		},
		"Containers": []any{map[string]any{"SizeRw": 7}},
		"Volumes":    []any{map[string]any{"UsageData": map[string]any{"Size": 30}}, map[string]any{"UsageData": map[string]any{"Size": -1}}, map[string]any{}},
		"BuildCache": []any{map[string]any{"Size": 50, "InUse": true}, map[string]any{"Size": 20}},
	})
	got, err := d.connect(t).Usage(t.Context())
	if want := (Usage{Images: 1000, Volumes: 30, Containers: 7, BuildCache: 70, Reclaimable: 520}); got != want || err != nil {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
}

func TestContainersAreHandedTheProxyOfTheUsersFile(t *testing.T) {
	home := t.TempDir()
	none := func(string) string { return "" }
	if p, err := ContainerProxy(none, home); p != (Proxy{}) || err != nil {
		t.Errorf("without a file: got %+v, %v", p, err)
	}
	file := filepath.Join(home, ".docker", "config.json")
	must(t, writeBelow(file, `{"proxies": {"default": {"httpProxy": "http://p:1", "httpsProxy": "http://p:2", "noProxy": "localhost"}}}`))
	if p, err := ContainerProxy(none, home); p != (Proxy{"http://p:1", "http://p:2", "localhost"}) || err != nil {
		t.Errorf("got %+v, %v", p, err)
	}
	must(t, writeBelow(file, "{"))
	var told *Error
	if _, err := ContainerProxy(none, home); !errors.As(err, &told) || told.ID != "docker.config_invalid" {
		t.Errorf("a broken file: got %v", err)
	}
}

func TestTheComposeClientInUseIsNamed(t *testing.T) {
	for _, c := range []struct {
		script fakeScript
		want   string
	}{
		{fakeScript{Plugin: "v2.29.1-desktop.1", Legacy: "1.29.2"}, "docker compose 2.29.1"},
		{fakeScript{Legacy: "1.29.2"}, "docker-compose 1.29.2"},
	} {
		useFake(t, c.script)
		name, number, err := Compose(t.Context())
		if got := name + " " + number; got != c.want || err != nil {
			t.Errorf("got %q, %v; want %q", got, err, c.want)
		}
	}
	useFake(t, fakeScript{})
	var told *Error
	if _, _, err := Compose(t.Context()); !errors.As(err, &told) || told.ID != "docker.compose_missing" {
		t.Errorf("without any: got %v", err)
	}
}

func writeBelow(file, text string) error {
	return errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, []byte(text), 0o600))
}
