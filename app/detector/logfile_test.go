package detector

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestTheLogHasEveryLineOfEveryRun(t *testing.T) {
	path := filepath.Join(t.TempDir(), "logs", "app.log")
	a := New(theirs)
	for _, text := range []string{"one", "two"} {
		l := launchOf(t, "out:"+text, logged("ERROR", "检测 "+text), "err:tail")
		l.Log = path
		if err := a.Start(t.Context(), l); err != nil {
			t.Fatal(err)
		}
		ends(t, a)
		if f := a.Facts(); f.LogErr != nil || f.Log != path {
			t.Fatal(f.LogErr)
		}
	}
	got, err := ReadLog(path, 100)
	if err != nil || len(got) != 6 {
		t.Fatalf("got %d lines, %v; want 6", len(got), err)
	}
	kept, _ := a.Output().Since(0)
	want := map[string]Line{}
	for _, l := range kept {
		want[fmt.Sprint(l.Stream, l.Text, l.At.UnixMilli())] = l
	}
	for _, l := range got {
		w, ok := want[fmt.Sprint(l.Stream, l.Text, l.At.UnixMilli())]
		if !ok || l.Level != w.Level || l.Source != w.Source || l.Message() != w.Message() {
			t.Errorf("got %+v, want %+v", l, w)
		}
	}
	n := 0
	if err := EachLine(path, func(l Line) bool { n++; return l.Text == got[n-1].Text && n < 4 }); err != nil || n != 4 {
		t.Errorf("EachLine gave %d lines, %v; want the first four", n, err)
	}
	if last, err := ReadLog(path, 2); err != nil || len(last) != 2 || last[1].Text != got[5].Text {
		t.Errorf("the last two: got %v, %v", texts(last), err)
	}
	private := filepath.Join(t.TempDir(), "private")
	if err := os.WriteFile(private, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if got, want := mode(t, path), mode(t, private); got != want {
		t.Errorf("got mode %v, want %v", got, want)
	}
}

func mode(t *testing.T, path string) os.FileMode {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode()
}

func TestALogThatIsNotThereHasNoLines(t *testing.T) {
	if got, err := ReadLog(filepath.Join(t.TempDir(), "app.log"), 10); err != nil || len(got) != 0 {
		t.Errorf("got %v, %v; want neither", got, err)
	}
}

// batch is lines numbered from first on.
func batch(first, n int) (all []Line) {
	for i := range n {
		all = append(all, Line{At: time.Unix(int64(first+i), 0), Text: fmt.Sprintf("line %d %s", first+i, strings.Repeat("x", 50))})
	}
	return all
}

func TestALogIsBoundedAndKeepsTheNewest(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	const limit = 1000
	f, err := openLog(path, limit)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 200 {
		if err := f.write(batch(2*i, 2), 0); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.close(); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*"))
	if err != nil || len(files) != logParts {
		t.Errorf("got files %v, %v; want %d", files, err, logParts)
	}
	for _, file := range files {
		if info, err := os.Stat(file); err != nil || info.Size() > limit {
			t.Errorf("%s: got %d bytes, %v; want at most %d", file, info.Size(), err, limit)
		}
	}
	got, err := ReadLog(path, 0)
	if err != nil || len(got) < 20 {
		t.Fatalf("got %d lines, %v", len(got), err)
	}
	for i, l := range got {
		if want := fmt.Sprintf("line %d ", 400-len(got)+i); !strings.HasPrefix(l.Text, want) {
			t.Fatalf("line %d of %d: got %q, want %s...", i, len(got), l.Text, want)
		}
	}
}

func TestALogSaysWhatItMissed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.log")
	ring := NewRing(2, 1<<20)
	ring.Append(batch(0, 5)...)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := writeLog(ctx, ring, 0, path); err != nil {
		t.Fatal(err)
	}
	got, err := ReadLog(path, 10)
	if err != nil || len(got) != 3 || !strings.Contains(got[0].Text, "3 lines missed") {
		t.Errorf("got %v, %v; want a word on 3 lines and then 2", texts(got), err)
	}
}

func TestALogThatCannotBeWrittenIsNoReasonToStop(t *testing.T) {
	dir := t.TempDir()
	l := launchOf(t, "out:hello")
	l.Log = filepath.Join(dir, "file", "app.log")
	if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	a := started(t, theirs, l)
	says(t, a, "hello")
	ends(t, a)
	if f := a.Facts(); f.LogErr == nil || f.ExitCode != 0 {
		t.Errorf("got facts %+v, want a clean exit and why there is no log", f)
	}
}

func TestATailOfTheLogBeginsInThePastAndGoesOnAcrossItsTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "app.log")
		f, err := openLog(path, 1000)
		if err != nil {
			t.Fatal(err)
		}
		defer f.close()
		if err := f.write(batch(0, 3), 0); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		next := 1
		go func() {
			for first := 3; first < 300; first += 3 {
				time.Sleep(100 * time.Millisecond) // virtual
				if err := f.write(batch(first, 3), 0); err != nil {
					t.Error(err)
				}
			}
		}()
		for l, err := range TailLog(ctx, path, 2) {
			if err != nil {
				t.Fatal(err)
			}
			if want := fmt.Sprintf("line %d ", next); !strings.HasPrefix(l.Text, want) {
				t.Fatalf("got %q, want %s...", l.Text, want)
			}
			if next++; next == 300 {
				break
			}
		}
		if next != 300 {
			t.Errorf("got lines up to %d, want 300: %v", next, ctx.Err())
		}
	})
}

func TestFollowingTheLogBeginsNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "app.log")
		f, err := openLog(path, logBytes)
		if err != nil {
			t.Fatal(err)
		}
		defer f.close()
		if err := f.write(batch(0, 3), 0); err != nil {
			t.Fatal(err)
		}
		follow := FollowLog(t.Context(), path)
		if err := f.write(batch(3, 3), 0); err != nil {
			t.Fatal(err)
		}
		for l, err := range follow {
			if err != nil || !strings.HasPrefix(l.Text, "line 3 ") {
				t.Errorf("got %q, %v; want line 3", l.Text, err)
			}
			break
		}
	})
}
