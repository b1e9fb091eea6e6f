package docker

import (
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestAnEngineThatIsWellAnswers(t *testing.T) {
	d := newDaemon(t)
	must(t, d.connect(t).Answers(t.Context()))
	if got, want := d.asked(), []string{"GET /_ping"}; !slices.Equal(got, want) {
		t.Errorf("asked %q, want %q: one look is one request", got, want)
	}
}

func TestWhyAnEngineDoesNotAnswerIsNamed(t *testing.T) {
	for _, c := range []struct {
		name   string
		set    func(*daemon)
		id     string
		final  bool
		reason string
	}{
		{"Desktop's proxy while the engine starts", func(d *daemon) { d.on("/_ping", status(500)) }, "docker.starting", false, "500"},
		{"a gateway while the engine starts", func(d *daemon) { d.on("/_ping", status(503)) }, "docker.starting", false, "503"},
		{"Docker Desktop paused", func(d *daemon) { d.on("/_ping", says(500, "Docker Desktop is manually paused. Unpause it.")) }, "docker.desktop_paused", false, "500"},
		{"Docker Desktop whose engine does not start", func(d *daemon) { d.on("/_ping", says(503, "Docker Desktop is unable to start")) }, "docker.desktop_failed", false, "503"},
		{"Windows containers", func(d *daemon) { d.os = "windows" }, "docker.windows_containers", true, ""},
		{"Docker of 2015", func(d *daemon) { d.version = "1.21" }, "docker.too_old", true, "1.21"},
		{"an authorisation plugin", func(d *daemon) { d.on("/_ping", status(403)) }, "docker.access_denied", true, "403"},
		{"a web server", func(d *daemon) { d.version = "" }, "docker.unexpected_answer", false, "200"},
		{"another web server", func(d *daemon) { d.on("/_ping", status(404)) }, "docker.unexpected_answer", false, "404"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDaemon(t)
			c.set(d)
			err := d.connect(t).Answers(t.Context())
			check(t, err, c.id, c.final)
			if err != nil && !strings.Contains(err.Error(), c.reason) {
				t.Errorf("got %q, want the reason %q in it", err, c.reason)
			}
		})
	}
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// says answers as engines do, and Docker Desktop in an engine's place.
func says(code int, message string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(code)
		fmt.Fprintf(w, `{"message":%q}`, message)
	}
}

func TestAPauseIsToldWhateverWasAsked(t *testing.T) {
	d := newDaemon(t)
	d.on("/containers/json", says(500, "Docker Desktop is manually paused. Unpause it."))
	_, err := d.shop(t, "kafka").Containers(t.Context())
	check(t, err, "docker.desktop_paused", false)
}

func check(t *testing.T, err error, id string, final bool) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || e.ID != id || e.Final() != final {
		t.Errorf("got %v, want %s with final=%v", err, id, final)
	}
}

func TestAnEngineThatHangsIsToldApartWithinSeconds(t *testing.T) {
	d := newDaemon(t)
	let := make(chan struct{})
	d.on("/_ping", func(http.ResponseWriter, *http.Request) { <-let })
	defer close(let)
	begun := time.Now()
	err := d.connect(t).Answers(t.Context())
	check(t, err, "docker.hung", false)
	if took := time.Since(begun); took < pingWithin || took > pingWithin+20*time.Second {
		t.Errorf("took %v, want about %v", took, pingWithin)
	}
}

func TestACallerThatGivesUpIsNotToldOfAFault(t *testing.T) {
	d := newDaemon(t)
	ctx, cancel := context.WithCancel(t.Context())
	d.on("/_ping", func(_ http.ResponseWriter, r *http.Request) { cancel(); <-r.Context().Done() })
	if err := d.connect(t).Answers(ctx); !errors.Is(err, context.Canceled) || idOf(err) != "" {
		t.Errorf("got %v, want the caller's own context.Canceled", err)
	}
}

func TestAnAbsentSocketMeansNotRunningOrNotInstalled(t *testing.T) {
	g := connect(t, Endpoint{Host: "unix://" + filepath.Join(t.TempDir(), "none.sock")})
	useFake(t, fakeScript{})
	check(t, g.Answers(t.Context()), "docker.not_running", false)
	t.Setenv("PATH", t.TempDir())
	check(t, g.Answers(t.Context()), "docker.not_installed", true)
}

func TestASocketNobodyListensOnMeansNotRunning(t *testing.T) {
	path := filepath.Join(t.TempDir(), "d.sock")
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path})
	must(t, err)
	l.SetUnlinkOnClose(false)
	must(t, l.Close())
	check(t, connect(t, Endpoint{Host: "unix://" + path}).Answers(t.Context()), "docker.not_running", false)
}

func TestAPortNobodyListensOnIsToldAsRemote(t *testing.T) {
	d := newDaemon(t)
	g := d.connect(t)
	d.Close()
	check(t, g.Answers(t.Context()), "docker.remote_refused", false)
}

func TestASocketWithoutPermissionIsAccessDenied(t *testing.T) {
	bad := dialFault("unix:///x", true, &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", os.ErrPermission)})
	check(t, bad, "docker.access_denied", true)
}

func TestTheNextSocketIsTriedWhereTheFirstIsAbsent(t *testing.T) {
	d := newDaemon(t)
	dir := t.TempDir()
	second := filepath.Join(dir, "b.sock")
	l, err := net.Listen("unix", second)
	must(t, err)
	s := &http.Server{Handler: d, ReadHeaderTimeout: time.Second}
	go s.Serve(l) // ends with Close
	defer s.Close()
	g := connect(t, Endpoint{Host: "unix://" + filepath.Join(dir, "a.sock"), Else: []string{"unix://" + second}, Source: Default})
	if got, want := g.Host(), "unix://"+filepath.Join(dir, "a.sock"); got != want {
		t.Errorf("before a look: got %s, want %s", got, want)
	}
	must(t, g.Answers(t.Context()))
	if got, want := g.Host(), "unix://"+second; got != want {
		t.Errorf("after a look: got %s, want %s, so that compose is told the same", got, want)
	}
}

func TestAnEngineBehindTLSIsReachedWithItsAuthority(t *testing.T) {
	d := newDaemon(t)
	s := httptest.NewUnstartedServer(d)
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // refusals are what is tested
	s.StartTLS()
	defer s.Close()
	host := "tcp://" + s.Listener.Addr().String()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	must(t, os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}), 0o600))
	must(t, connect(t, Endpoint{Host: host, TLS: &TLS{CA: ca}}).Answers(t.Context()))
	must(t, connect(t, Endpoint{Host: host, TLS: &TLS{SkipVerify: true}}).Answers(t.Context()))
	d.json("/info", map[string]any{"ServerVersion": "27.0"})
	if _, err := connect(t, Endpoint{Host: host, TLS: &TLS{CA: ca}}).Info(t.Context()); err != nil {
		t.Errorf("a call through the API: %v", err)
	}
	for name, e := range map[string]Endpoint{
		"an unknown authority":         {Host: host, TLS: &TLS{}},
		"plain HTTP to a TLS engine":   {Host: host},
		"TLS to an engine without TLS": {Host: "tcp://" + d.Listener.Addr().String(), TLS: &TLS{SkipVerify: true}},
	} {
		t.Run(name, func(t *testing.T) { check(t, connect(t, e).Answers(t.Context()), "docker.tls", true) })
	}
}

func TestBrokenTLSMaterialIsNamed(t *testing.T) {
	ca := filepath.Join(t.TempDir(), "ca.pem")
	must(t, os.WriteFile(ca, []byte("no certificate"), 0o600))
	for name, m := range map[string]*TLS{"empty": {CA: ca}, "absent": {CA: ca + "x"}, "no pair": {Cert: ca, Key: ca}} {
		t.Run(name, func(t *testing.T) {
			_, err := Connect(Endpoint{Host: "tcp://x:1", TLS: m})
			check(t, err, "docker.tls_material", true)
		})
	}
}

func TestTheNewestCommonAPIVersionIsSpoken(t *testing.T) {
	t.Setenv("DOCKER_API_VERSION", "1.1") // stale values stay in people's profiles
	d := newDaemon(t)
	d.json("/info", map[string]any{"ServerVersion": "1"})
	g := d.connect(t)
	spoken := func(engine string) string {
		d.speaks(engine)
		must(t, g.Answers(t.Context()))
		info, err := g.Info(t.Context())
		must(t, err)
		asked := d.asked()
		if got, want := asked[len(asked)-1], "GET /v"+info.API+"/info"; got != want {
			t.Errorf("asked %s, want %s", got, want)
		}
		return info.API
	}
	for _, c := range []struct{ engine, want string }{
		{"1.41", "1.41"}, {"1.30", "1.30"}, {"1.44", "1.44"}, {"9.99", g.newest}, {"1.41", "1.41"},
	} {
		if got := spoken(c.engine); got != c.want {
			t.Errorf("an engine of %s: got %s, want %s", c.engine, got, c.want)
		}
	}
}

func TestEveryCallTellsWhyTheEngineIsGone(t *testing.T) {
	d := newDaemon(t)
	d.json("/info", map[string]any{})
	g := d.connect(t)
	_, err := g.Info(t.Context())
	must(t, err)
	d.on("/info", status(500))
	_, err = g.Info(t.Context())
	check(t, err, "docker.starting", false)
	d.on("/info", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusInternalServerError)
		fmt.Fprint(w, `{"message":"layer store is broken"}`)
	})
	_, err = g.Info(t.Context())
	check(t, err, "docker.engine_error", false)
	d.Close()
	_, err = g.Info(t.Context())
	check(t, err, "docker.remote_refused", false)
}

func TestInfoTellsWhatTheEngineIs(t *testing.T) {
	d := newDaemon(t)
	d.json("/info", map[string]any{
		"ServerVersion": "28.2.2", "OperatingSystem": "Docker Desktop", "OSType": "linux", "Architecture": "x86_64",
		"Driver": "overlayfs", "DockerRootDir": "/var/lib/docker", "NCPU": 8, "MemTotal": 8 << 30,
		"RegistryConfig": map[string]any{"Mirrors": []string{"https://mirror.example/"}},
	})
	got, err := d.connect(t).Info(t.Context())
	must(t, err)
	want := Info{
		Version: "28.2.2", API: "1.47", OS: "Docker Desktop", OSType: "linux", Arch: "x86_64", Driver: "overlayfs",
		Root: "/var/lib/docker", CPUs: 8, Memory: 8 << 30, Desktop: true, Mirrors: []string{"https://mirror.example/"},
		Host: "tcp://" + d.Listener.Addr().String(),
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestAnEngineOfAnotherMachineIsNotStartedFromHere(t *testing.T) {
	check(t, connect(t, Endpoint{Host: "tcp://10.0.0.2:2376"}).StartDesktop(t.Context()), "docker.start_remote", true)
}
