package docker

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// Bounds of what an engine, or whoever answers in its place, may send, in bytes: a list of thousands of containers is
// some megabytes, and what happened to one container is some hundred bytes.
const (
	mostAnswer = 8 << 20
	mostEvent  = 1 << 20
	mostHeader = 256 << 10
)

// errTooMuch is why an answer is not read to its end.
var errTooMuch = errors.New("the answer is too large")

// bounding bounds the answers of a transport in size; their time is the caller's to bound.
type bounding struct{ http.RoundTripper }

// RoundTrip answers with a body that ends with an error where it is too large. A log has no end, and is read in pieces, as a volume's content is;
// of what happens, each event is bounded.
func (b bounding) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := b.RoundTripper.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	switch {
	case strings.HasSuffix(r.URL.Path, "/logs"), strings.HasSuffix(r.URL.Path, "/archive"):
	case strings.HasSuffix(r.URL.Path, "/events"):
		resp.Body = &bounded{ReadCloser: resp.Body, most: mostEvent, again: true}
	case resp.ContentLength > mostAnswer:
		err := fmt.Errorf("%w: %d bytes", errTooMuch, resp.ContentLength)
		return nil, errors.Join(err, resp.Body.Close())
	default:
		resp.Body = &bounded{ReadCloser: resp.Body, most: mostAnswer}
	}
	return resp, nil
}

// bounded is a body that gives so much and then fails.
type bounded struct {
	io.ReadCloser
	most, read int
	again      bool // the count begins anew with each line
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.read += n
	if b.again {
		for i := n - 1; i >= 0; i-- {
			if p[i] == '\n' {
				b.read = n - 1 - i
				break
			}
		}
	}
	if b.read > b.most {
		return 0, fmt.Errorf("%w: more than %d bytes", errTooMuch, b.most)
	}
	return n, err
}
