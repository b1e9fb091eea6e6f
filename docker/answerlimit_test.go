package docker

import (
	"errors"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"streamtray/app/testenv"
)

// Whoever listened in the engine's place could end the program by memory: a list without an end was read to its end.
func TestAnAnswerWithoutAnEndIsNotReadToIt(t *testing.T) {
	testenv.Unraced(t, "so many bytes take the detector longer than an engine may think")
	piece := strings.Repeat(" ", 64<<10)
	flood := func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "[")
		for r.Context().Err() == nil {
			if _, err := io.WriteString(w, piece); err != nil {
				return
			}
		}
	}
	for name, ask := range map[string]func(*Stack) error{
		"containers": func(s *Stack) error { _, err := s.Containers(t.Context()); return err },
		"info":       func(s *Stack) error { _, err := s.Engine.Info(t.Context()); return err },
		"events": func(s *Stack) error {
			for _, err := range s.Events(t.Context()) {
				if err != nil {
					return err
				}
			}
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDaemon(t)
			for _, path := range []string{"/containers/json", "/info", "/events"} {
				d.on(path, flood)
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			err := ask(&Stack{Engine: d.connect(t), Name: "shop"})
			runtime.ReadMemStats(&after)
			var told *Error
			if !errors.As(err, &told) || told.ID != "docker.too_much" {
				t.Errorf("got %v, want docker.too_much", err)
			}
			if grown := after.Sys - min(before.Sys, after.Sys); grown > 8*mostAnswer {
				t.Errorf("it took %d MB", grown>>20)
			}
		})
	}
}

func TestABoundedBodyCountsEachLineOfAStream(t *testing.T) {
	line := strings.Repeat("x", 60) + "\n"
	b := &bounded{ReadCloser: io.NopCloser(strings.NewReader(strings.Repeat(line, 100))), most: 100, again: true}
	if got, err := io.ReadAll(b); err != nil || len(got) != 100*len(line) {
		t.Errorf("read %d bytes, %v", len(got), err)
	}
	b = &bounded{ReadCloser: io.NopCloser(strings.NewReader(line + strings.Repeat("x", 1000))), most: 100, again: true}
	if _, err := io.ReadAll(b); !errors.Is(err, errTooMuch) {
		t.Errorf("a line without an end: %v", err)
	}
}
