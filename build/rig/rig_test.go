package rig

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWhatIsKeptIsMadeOnceAndReplacesTheOldOne(t *testing.T) {
	r := &Rig{Cache: t.TempDir()}
	made := 0
	make := func(dir string) error {
		made++
		return os.WriteFile(filepath.Join(dir, "file"), nil, 0o644)
	}
	var dirs []string
	for _, hash := range []string{"a", "a", "b"} {
		dir, err := r.cached("part", hash, make)
		if err != nil {
			t.Fatal(err)
		}
		dirs = append(dirs, dir)
	}
	if made != 2 || dirs[0] != dirs[1] {
		t.Errorf("made %d times in %v, want once for each hash", made, dirs)
	}
	if _, err := os.Stat(dirs[0]); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the old folder: got %v, want it gone", err)
	}
}

func TestWhatWasHalfMadeIsMadeAgain(t *testing.T) {
	r := &Rig{Cache: t.TempDir()}
	boom := errors.New("boom")
	half := func(dir string) error {
		return errors.Join(os.WriteFile(filepath.Join(dir, "half"), nil, 0o644), boom)
	}
	if _, err := r.cached("part", "a", half); !errors.Is(err, boom) {
		t.Fatalf("got %v, want %v", err, boom)
	}
	dir, err := r.cached("part", "a", func(string) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "half")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the half-made file: got %v, want it gone", err)
	}
}

func TestWithoutTheRightToInstallAMissingProgramSaysHowToGetIt(t *testing.T) {
	r := &Rig{}
	err := r.need(t.Context(), "go", "no-such-program")
	var missing *Unavailable
	if !errors.As(err, &missing) || !strings.Contains(missing.How, "install no-such-program") {
		t.Errorf("got %v, want an Unavailable that names no-such-program", err)
	}
}

func TestTheRecipeNamesTheVersionsOfTheImages(t *testing.T) {
	pom, err := recipe.ReadFile("image/pom.xml")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(pom), "kafka_2.13</artifactId><version>3.5.1<") {
		t.Errorf("pom.xml does not ask for Kafka 3.5.1, which %s stands for", imageName("kafka"))
	}
	dir := t.TempDir()
	if err := writeRecipe(dir); err != nil {
		t.Fatal(err)
	}
	program, err := os.Stat(filepath.Join(dir, "docker", "run"))
	if err != nil || program.Mode()&0o111 == 0 {
		t.Errorf("docker/run: got %v, %v; want a program", program, err)
	}
}
