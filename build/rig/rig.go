// Package rig prepares what a test against the real thing needs: a Docker engine, the compose plugin, a Kafka and a
// ZooKeeper image under the names that the sample's compose file asks for, and a Python with the sample's
// requirements. What exists is used as it is; what is missing is made once and kept in a cache.
//
// Installing packages and starting an engine happens only for root, as in CI. Elsewhere a missing part is an
// *Unavailable error that says how to get it.
//
// A Kafka image that came from its publisher is never replaced: ours is only tagged where none is and none can be
// pulled, or in the rig's own engine.
package rig

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Rig is a machine that is ready for the scenarios.
type Rig struct {
	Cache   string // where the rig keeps what it made
	Root    string // the product's source tree
	Python  string // interpreter with the sample's requirements
	Engine  string // version of the engine that answers
	Compose string // version of the compose plugin

	install bool // may install packages and start an engine
	say     func(part, text string)
	apt     sync.Mutex // one apt at a time
	updated bool       // apt knows today's packages; guarded by apt
}

// Unavailable tells what this machine lacks and how its owner gets it.
type Unavailable struct {
	What string
	How  string
	Err  error
}

func (u *Unavailable) Error() string {
	if u.Err == nil {
		return u.What
	}
	return u.What + ": " + u.Err.Error()
}

// Unwrap returns the cause, which may be nil.
func (u *Unavailable) Unwrap() error { return u.Err }

// Setup makes the machine ready, or says what is missing (*Unavailable). say hears one line for each part that took
// work or is ready. A second Setup finds everything done. Two at once wait for each other.
func Setup(ctx context.Context, say func(part, text string)) (*Rig, error) {
	r, err := locate(say)
	if err != nil {
		return nil, err
	}
	unlock, err := lock(ctx, filepath.Join(r.Cache, "lock"))
	if err != nil {
		return nil, err
	}
	defer unlock()
	if err := r.engine(ctx); err != nil {
		return nil, err
	}
	err = together(
		func() error { return r.plugin(ctx) },
		func() error { return r.images(ctx) },
		func() error { return r.python(ctx) },
	)
	return r, err
}

// locate finds the source tree and the cache, and decides what may be installed here.
func locate(say func(part, text string)) (*Rig, error) {
	root, err := SourceTree()
	if err != nil {
		return nil, err
	}
	cache := os.Getenv("STREAMTRAY_RIG_CACHE")
	if cache == "" {
		user, err := os.UserCacheDir()
		if err != nil {
			return nil, err
		}
		cache = filepath.Join(user, "streamtray-rig")
	}
	var one sync.Mutex // parts speak at the same time; say hears one after the other
	r := &Rig{Cache: cache, Root: root, install: mayInstall(), say: func(part, text string) {
		one.Lock()
		defer one.Unlock()
		say(part, text)
	}}
	return r, os.MkdirAll(filepath.Join(cache, "logs"), 0o755)
}

func mayInstall() bool {
	_, err := exec.LookPath("apt-get")
	return err == nil && os.Geteuid() == 0
}

// SourceTree is the nearest folder at or above the current one whose go.mod is the product's.
func SourceTree() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && strings.HasPrefix(string(text), "module streamtray\n") {
			return dir, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", errors.New("source tree: not inside StreamTray's")
		}
		dir = up
	}
}

// Lock waits until this process is the only one that holds the name; let goes of it.
func Lock(ctx context.Context, name string) (let func(), err error) {
	r, err := locate(func(string, string) {})
	if err != nil {
		return nil, err
	}
	return lock(ctx, filepath.Join(r.Cache, name))
}

// Cached returns the folder of the cache that is named by part and hash. If there is none, make fills it, and those of
// another hash go. Several who ask for the same part at once wait for the one that makes it.
func Cached(ctx context.Context, part, hash string, make func(dir string) error) (string, error) {
	r, err := locate(func(string, string) {})
	if err != nil {
		return "", err
	}
	unlock, err := lock(ctx, filepath.Join(r.Cache, "kept-"+part))
	if err != nil {
		return "", err
	}
	defer unlock()
	return r.cached(part, hash, make)
}

// cached returns a folder of the cache that make has filled. The name carries a hash of everything that make reads, so
// that a change makes a new folder and the old ones are removed.
func (r *Rig) cached(part, hash string, make func(dir string) error) (string, error) {
	dir := filepath.Join(r.Cache, part+"-"+hash)
	done := filepath.Join(dir, ".done")
	if _, err := os.Stat(done); err == nil {
		return dir, nil
	}
	old, err := filepath.Glob(filepath.Join(r.Cache, part+"-*"))
	if err != nil {
		return "", err
	}
	for _, o := range old {
		if err := os.RemoveAll(o); err != nil {
			return "", err
		}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	if err := make(dir); err != nil {
		return "", err
	}
	return dir, os.WriteFile(done, nil, 0o644)
}

// took says that a part is ready and how long it took since began.
func (r *Rig) took(part, text string, began time.Time) {
	r.say(part, fmt.Sprintf("%s (%.1fs)", text, time.Since(began).Seconds()))
}

// together runs all of them at once and returns all their errors.
func together(all ...func() error) error {
	errs := make([]error, len(all))
	var wg sync.WaitGroup
	for i, f := range all {
		wg.Go(func() { errs[i] = f() })
	}
	wg.Wait()
	return errors.Join(errs...)
}
