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
    logging: {driver: json-file, options: {max-size: 10m}}
    environment: {A: "1"}
  c: {provider: {type: ./own-program, options: {a: b}}}
  d: {build: {context: ./src, ssh: [default], secrets: [key]}, annotations: {runtime.example: hook}}
  e: {image: z, logging: {driver: syslog, options: {syslog-address: "tcp://logs.example:514"}}, volumes: ["theirs:/t", "named:/n"], networks: [theirs, named]}
secrets: {key: {file: ~/.ssh/id_rsa}}
configs: {conf: {environment: MY_VARIABLE}}
volumes:
  plain: {}
  theirs: {external: true, name: other_data}
  named: {name: other_data}
  root: {driver: local, driver_opts: {type: none, o: bind, device: /}}
networks: {theirs: {external: true}, named: {name: made-by-us}}
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
		"d": {"annotations: runtime.example hook", "build: context ./src, ssh default, secrets key", "build.secrets: key: file ~/.ssh/id_rsa"},
		"e": {"logging: driver syslog, options {syslog-address tcp://logs.example:514}", "networks: theirs: external true", "volumes: named: name other_data", "volumes: theirs: external true, name other_data"},
	}
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		slices.Sort(got[name])
		slices.Sort(want[name])
		if !slices.Equal(got[name], want[name]) {
			t.Errorf("%s: got\n  %s\nwant\n  %s", name, strings.Join(got[name], "\n  "), strings.Join(want[name], "\n  "))
		}
	}
}

// Something long before it hid the rest of a value from whoever is asked.
func TestNothingOfAGrantIsHiddenBehindSomethingLong(t *testing.T) {
	long := strings.Repeat("x", 2*mostTold)
	p := loadDir(t, map[string]string{"compose.yml": "services: {a: {image: x, build: {args: {PAD: " + long + "}, context: /}, devices: [/dev/" + long + ", /dev/sda]}}\n"})
	for _, g := range p.service("a").Grants {
		if want := map[string]string{"build": "context /", "devices": "/dev/sda"}[g.What]; !strings.Contains(g.Value, want) || !strings.Contains(g.Value, "…") {
			t.Errorf("%s does not tell %s, or not that it was cut: %s", g.What, want, g.Value)
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
