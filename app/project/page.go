package project

import (
	"context"
	"sync"
	"time"

	"streamtray/app"
	"streamtray/app/evidence"
)

// page is the app's web page, and what was seen of it since the app started.
type page struct {
	url     string // empty: none is known
	cluster *cluster
	soon    func(time.Duration)

	mu     sync.Mutex
	ok     bool          // it answered
	slow   time.Duration // how long it took to lately
	silent time.Time     // since when it does not any more
}

// page is one at this address.
func (p *Project) page(url string) *page {
	return &page{url: url, cluster: p.cluster, soon: p.lookSoon}
}

// silentFor is how long a page that answered may fail to before that counts: an app may be busy for a moment.
const silentFor = 1500 * time.Millisecond

// look is one look at the page: nil when it answers, by serving, and is the app's. That it answered and does not any more
// counts as long as no records come: an app that is busy may be slow to answer.
func (p *page) look(ctx context.Context, serving, alive func(context.Context) error, processes func() []int) error {
	began := time.Now()
	looking, cancel := context.WithTimeout(ctx, p.patience())
	defer cancel()
	err := serving(looking)
	took := time.Since(began)
	if p.url == "" || alive(ctx) != nil {
		return err
	}
	if err == nil {
		err = evidence.Page(p.url, processes())
	}
	if !p.saw(began, took, err) {
		return err
	}
	asking, end := context.WithTimeout(ctx, silentFor)
	defer end()
	_, _ = p.cluster.Flows(asking) // records may have come while the page was waited for
	if !p.hangs(time.Now(), p.cluster.grew()) {
		return err
	}
	return evidence.Contrary("project.page_silent", map[string]any{"URL": p.url}, err)
}

// patience is how long one look waits for the page. One that is silent already, and was quick before, is only given another
// chance: how long it is silent was waited for.
func (p *page) patience() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ok && !p.silent.IsZero() {
		return min(max(4*p.slow, silentFor/6), silentFor)
	}
	return 2 * silentFor
}

// saw takes in what a look came to, and reports whether the page seems to hang.
func (p *page) saw(began time.Time, took time.Duration, err error) bool {
	p.mu.Lock()
	if err == nil || app.Contradicts(err) {
		p.ok, p.slow, p.silent = p.ok || err == nil, max(p.slow/2, took), time.Time{}
		p.mu.Unlock()
		return false
	}
	if p.silent.IsZero() {
		p.silent = began
		p.soon(max(silentFor-time.Since(began), 0))
	}
	p.mu.Unlock()
	return p.hangs(time.Now(), p.cluster.grew())
}

// hangs reports whether the page, which answered, does not for long enough, and no record came meanwhile. That records
// came is seen up to a look later, and so what is seen at first may have come before.
func (p *page) hangs(now, grew time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ok && now.Sub(p.silent) >= silentFor && !grew.After(p.silent.Add(silentFor/2))
}

// begin forgets what was seen of an earlier run of the app.
func (p *page) begin() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ok, p.slow, p.silent = false, 0, time.Time{}
}
