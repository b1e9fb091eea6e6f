// Command gen turns rules/*.yaml, which people read and write, into tables.go, which costs nothing to load. It refuses
// rules that miss a language, a source or a word to find them by.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if err := run("."); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

// run reads dir/rules and writes dir/tables.go.
func run(dir string) error {
	src, err := generate(dir)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "tables.go"), src, 0o644)
}

func generate(dir string) ([]byte, error) {
	b, err := load(filepath.Join(dir, "rules"))
	if err != nil {
		return nil, err
	}
	if err := b.check(); err != nil {
		return nil, err
	}
	return b.write()
}
