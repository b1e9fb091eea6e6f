package docker

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

const (
	pingWithin = 2 * time.Second // an engine that is well answers in milliseconds
	lookWithin = 4 * time.Second // a list, an inspection; less than its callers wait, so that it is said who hangs
	oldestAPI  = "1.24"          // Docker 1.12 of 2016; before it versions cannot be negotiated
)

// errSlow is why a look ended whose time, not its caller's, was up.
var errSlow = errors.New("no answer in time")

func within(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, limit, errSlow)
}

// Answers looks once whether the engine is there and fit for Linux containers. It takes two seconds at most, so that an
// engine that hangs is told apart from one that is absent.
func (g *Engine) Answers(ctx context.Context) error {
	ctx, cancel := within(ctx, pingWithin)
	defer cancel()
	// A connection of its own each time: an idle one would prove less.
	transport := &http.Transport{DialContext: g.dialer.dial, TLSClientConfig: g.dialer.tls, DisableKeepAlives: true, MaxResponseHeaderBytes: mostHeader}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, g.pingURL(), http.NoBody)
	if err != nil {
		return finalFault(HostInvalid, facts{"Host": g.dialer.end.Host}, err)
	}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		return g.classify(ctx, err)
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(resp.Body, 512)) // only ever quoted
	if err := g.judge(resp, strings.TrimSpace(string(body))); err != nil {
		return err
	}
	return g.agree(resp.Header.Get("Api-Version"))
}

func (g *Engine) pingURL() string {
	scheme, host := "http", "localhost" // a pipe or socket has no name of its own
	if addr, ok := strings.CutPrefix(g.dialer.end.Host, "tcp://"); ok {
		host = addr
	}
	if g.dialer.tls != nil {
		scheme = "https"
	}
	return scheme + "://" + host + "/_ping"
}

// judge reads the answer to a ping.
func (g *Engine) judge(resp *http.Response, body string) error {
	args := facts{"Host": g.Host()}
	version := resp.Header.Get("Api-Version")
	if resp.StatusCode != http.StatusOK {
		if said := saidByDesktop(args, fmt.Errorf("%s %q", resp.Status, body)); said != nil {
			return said
		}
	}
	switch {
	case resp.StatusCode >= http.StatusInternalServerError:
		return g.startingUp(args, fmt.Errorf("%s %q", resp.Status, body))
	case resp.StatusCode == http.StatusForbidden || resp.StatusCode == http.StatusUnauthorized:
		return finalFault(AccessDenied, args, fmt.Errorf("%s %q", resp.Status, body))
	case resp.StatusCode == http.StatusBadRequest && g.dialer.tls == nil && !g.dialer.end.Local():
		return finalFault(TLSFailed, args, fmt.Errorf("%s %q", resp.Status, body))
	case resp.StatusCode != http.StatusOK || version == "":
		return fault(UnexpectedAnswer, args, fmt.Errorf("%s %q", resp.Status, body))
	case versionOf(version).less(versionOf(oldestAPI)):
		return finalFault(TooOld, facts{"Version": version, "Oldest": oldestAPI}, nil)
	case resp.Header.Get("Ostype") == "windows":
		return finalFault(WindowsContainers, args, nil)
	}
	return nil
}

// classify makes the error of a call one of ours, which names its text: by type, number and status, and by the engine's own English only
// where the engine gives nothing else. A caller that gave up gets its own reason back; ctx is the context of the call.
func (g *Engine) classify(ctx context.Context, err error) error {
	var known *Error
	args := facts{"Host": g.Host()}
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil && !errors.Is(context.Cause(ctx), errSlow):
		return ctx.Err()
	case errors.As(err, &known):
		return known
	case ctx.Err() != nil && !g.dialer.vm.runs(g.dialer.end):
		return fault(WSLStopped, args, err)
	case ctx.Err() != nil:
		return fault(Hung, args, err)
	case strings.Contains(err.Error(), errTooMuch.Error()), strings.Contains(err.Error(), "server response headers exceeded"):
		return fault(TooMuch, args, err)
	case isTLS(err):
		return finalFault(TLSFailed, args, err)
	case isConnectionFailed(err):
		if bad := g.dialer.bad.Load(); bad != nil {
			return bad
		}
		return fault(NotRunning, args, err)
	case isNotFound(err):
		return fault(NotFound, nil, err)
	case strings.Contains(err.Error(), "Minimum supported API version"):
		return finalFault(TooNew, args, err)
	case strings.Contains(err.Error(), "check if the server supports the requested API version"):
		return g.startingUp(args, err) // an answer without a word: Desktop's proxy, not the engine
	}
	if said := saidByDesktop(args, err); said != nil {
		return said
	}
	return fault(EngineError, facts{"Detail": err.Error()}, err)
}

// startingUp is the fault of a proxy that answers while its engine does not: the engine is on its way, or its virtual machine
// was shut down under it.
func (g *Engine) startingUp(args facts, err error) *Error {
	if !g.dialer.vm.runs(g.dialer.end) {
		return fault(WSLStopped, args, err)
	}
	return fault(Starting, args, err)
}

func isTLS(err error) bool {
	var (
		record    tls.RecordHeaderError
		verify    *tls.CertificateVerificationError
		authority x509.UnknownAuthorityError
		alert     tls.AlertError
	)
	return errors.As(err, &record) || errors.As(err, &verify) || errors.As(err, &authority) || errors.As(err, &alert)
}
