package selftest

import (
	"bufio"
	"context"
	"net"
	"strconv"
	"strings"
	"sync"

	"streamtray/internal/usererr"
)

// roll is where every process of a trial answers by its name and its id. It is gone when its connection is, which the
// system closes with the process, however that ends, or when the system says that the process has ended.
type roll struct {
	l     net.Listener
	talks sync.WaitGroup

	mu      sync.Mutex
	present map[string]*caller
	news    chan struct{} // closed and replaced when somebody came, spoke or went
}

// caller is one process that answered.
type caller struct {
	conn net.Conn
	said []string
	gone bool
}

func callRoll(ctx context.Context) (*roll, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	r := &roll{l: l, present: map[string]*caller{}, news: make(chan struct{})}
	r.talks.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			r.talks.Go(func() { r.listen(c) })
		}
	})
	return r, nil
}

func (r *roll) addr() string { return r.l.Addr().String() }

func (r *roll) listen(conn net.Conn) {
	defer conn.Close()
	lines := bufio.NewScanner(conn)
	if !lines.Scan() {
		return
	}
	name, id, _ := strings.Cut(lines.Text(), " ")
	c := &caller{conn: conn}
	r.change(func() { r.present[name] = c })
	if pid, err := strconv.Atoi(id); err == nil {
		go func() {
			if hasEnded(pid) {
				r.change(func() { c.gone = true })
			}
		}()
	}
	for lines.Scan() {
		text := lines.Text()
		r.change(func() { c.said = append(c.said, text) })
	}
	r.change(func() { c.gone = true })
}

func (r *roll) change(do func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	do()
	close(r.news)
	r.news = make(chan struct{})
}

// until waits for a claim about a process; a fault of that name tells that it did not come true.
func (r *roll) until(ctx context.Context, name, id string, holds func(*caller) bool) error {
	for {
		r.mu.Lock()
		c, news := r.present[name], r.news
		ok := c != nil && holds(c)
		r.mu.Unlock()
		if ok {
			return nil
		}
		select {
		case <-news:
		case <-ctx.Done():
			return usererr.New(id, map[string]any{"Name": name}, ctx.Err())
		}
	}
}

func (r *roll) here(ctx context.Context, names ...string) error {
	for _, n := range names {
		if err := r.until(ctx, n, "selftest.absent", func(c *caller) bool { return true }); err != nil {
			return err
		}
	}
	return nil
}

func (r *roll) goneAll(ctx context.Context, names ...string) error {
	for _, n := range names {
		if err := r.until(ctx, n, "selftest.left", func(c *caller) bool { return c.gone }); err != nil {
			return err
		}
	}
	return nil
}

// said is what a process said that begins with a word; it waits for that.
func (r *roll) said(ctx context.Context, name, word string) (text string, err error) {
	err = r.until(ctx, name, "selftest.silent", func(c *caller) bool {
		for _, s := range c.said {
			if rest, ok := strings.CutPrefix(s, word); ok {
				text = strings.TrimSpace(rest)
				return true
			}
		}
		return false
	})
	return text, err
}

// close ends the listening; processes that are still there see their connection go and end.
func (r *roll) close() {
	r.l.Close()
	r.mu.Lock()
	for _, c := range r.present {
		c.conn.Close()
	}
	r.mu.Unlock()
	r.talks.Wait()
}
