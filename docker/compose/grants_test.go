package compose

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestWhateverGivesAContainerThisComputerIsAGrant(t *testing.T) {
	p := loadDir(t, map[string]string{"compose.yml": `
services:
  a:
    image: x
    privileged: true
    pid: host
    ipc: host
    network_mode: host
    cap_add: [SYS_ADMIN, NET_ADMIN]
    devices: ["/dev/kvm:/dev/kvm"]
    security_opt: [seccomp=unconfined]
    userns_mode: host
    use_api_socket: true
    learnt_tomorrow: {by: compose}
    volumes: ["root:/host", "plain:/data", "./here:/here"]
    secrets: [key]
    configs: [{source: conf, target: /c}]
    deploy: {resources: {reservations: {devices: [{driver: nvidia, count: 1}]}}}
  b:
    image: y
    privileged: false
    cap_drop: [ALL]
    restart: always
    network_mode: service:a
    environment: {A: "1"}
  c: {provider: {type: ./own-program, options: {a: b}}}
  d: {build: {context: ./src, ssh: [default]}}
secrets: {key: {file: ~/.ssh/id_rsa}}
configs: {conf: {environment: MY_VARIABLE}}
volumes:
  plain: {}
  root: {driver: local, driver_opts: {type: none, o: bind, device: /}}
`})
	got := map[string][]string{}
	for _, s := range p.Services {
		for _, g := range s.Grants {
			got[s.Name] = append(got[s.Name], g.What+": "+g.Value)
		}
	}
	want := map[string][]string{
		"a": {
			"cap_add: SYS_ADMIN, NET_ADMIN", "devices: /dev/kvm:/dev/kvm", "ipc: host", "learnt_tomorrow: by compose", "network_mode: host",
			"pid: host", "privileged: true", "security_opt: seccomp=unconfined", "use_api_socket: true", "userns_mode: host",
			"devices: {driver nvidia, count 1}", "secrets: key: file ~/.ssh/id_rsa", "configs: conf: environment MY_VARIABLE",
			"volumes: root: type none, o bind, device /",
		},
		"c": {"provider: type ./own-program, options {a b}"},
		"d": {"build: context ./src, ssh default"},
	}
	for _, name := range []string{"a", "b", "c", "d"} {
		slices.Sort(got[name])
		slices.Sort(want[name])
		if !slices.Equal(got[name], want[name]) {
			t.Errorf("%s: got\n  %s\nwant\n  %s", name, strings.Join(got[name], "\n  "), strings.Join(want[name], "\n  "))
		}
	}
}

func TestWhatComposeWouldFetchFromElsewhereIsNamedAndNotLookedFor(t *testing.T) {
	p := loadDir(t, map[string]string{"compose.yml": `
include: ["https://git.example/x.git", own.yml, {path: "oci://registry.example/compose:1"}]
services:
  a: {build: "https://git.example/y.git#main"}
  b: {extends: {file: "git@git.example:z.git", service: b}, image: x}
  c: {build: {context: ., additional_contexts: {base: "docker-image://evil.example/base"}}}
`, "own.yml": "services: {d: {image: x}}\n"})
	want := []string{
		"https://git.example/x.git", "oci://registry.example/compose:1", "git@git.example:z.git", "https://git.example/y.git#main",
		"docker-image://evil.example/base",
	}
	if !slices.Equal(p.Remote, want) {
		t.Errorf("got %q, want %q", p.Remote, want)
	}
	for _, f := range p.Files {
		if strings.Contains(filepath.ToSlash(f.Path), "example") {
			t.Errorf("%s was looked for on the disk", f.Path)
		}
	}
}

func TestTheCallersVariablesThatAreUsedAreNamed(t *testing.T) {
	dir := project(t, map[string]string{
		"compose.yml": "services: {a: {image: 'x/${SECRET}', environment: [PLAIN, OTHER], user: '${UNSET:-1}'}}\n", ".env": "OTHER=${DEEP}\n",
	})
	load := func(secret string) *Project {
		p, err := Load(t.Context(), Options{Dir: dir, Env: map[string]string{"SECRET": secret, "PLAIN": "1", "DEEP": "2", "UNUSED": "3"}})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	p := load("s")
	if got := fmt.Sprint(p.Variables); got != "[DEEP PLAIN SECRET]" {
		t.Errorf("got %s", got)
	}
	if load("s").Digest != p.Digest || load("t").Digest == p.Digest {
		t.Error("the digest does not tell what the files say with these variables")
	}
}
