package session

import (
	"path/filepath"
	"reflect"
	"sync/atomic"
	"testing"
	"time"

	"streamtray/app/desktop/shoptest"
	"streamtray/app/view"
)

func TestTheOverviewIsToldOfContainers(t *testing.T) {
	dir := t.TempDir()
	shoptest.Put(t, filepath.Join(dir, "streamtray.yaml"), shoptest.Project)
	shoptest.Put(t, filepath.Join(dir, "compose.yaml"), shoptest.Compose)
	var away atomic.Bool
	p := shoptest.Open(t, dir, t.TempDir(), shoptest.Docker(t, &away))
	s := &Session{Project: p}
	if !s.InContainers() {
		t.Error("a compose project is not told to be in containers")
	}
	s.contained.look(t.Context(), p)
	want := []view.Container{{Service: "kafka", State: "running", Health: "healthy", CPU: 50, Memory: 512_000_000, Restarts: 2}}
	if got := s.contained.containers(time.Now()); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	away.Store(true)
	s.contained.look(t.Context(), p)
	if got := s.contained.containers(time.Now()); len(got) != 0 {
		t.Errorf("the engine is away, and there is %+v", got)
	}
}
