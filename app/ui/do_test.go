package ui

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"strings"
	"testing"
)

func TestTheMainGoroutineIsReachedInOneWay(t *testing.T) {
	calls := map[string]int{}
	for _, dir := range []string{".", "../desktop"} {
		files, err := fs.Glob(os.DirFS(dir), "*.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			f, err := parser.ParseFile(token.NewFileSet(), dir+"/"+name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(f, func(n ast.Node) bool {
				if s, ok := n.(*ast.SelectorExpr); ok && (s.Sel.Name == "Do" || s.Sel.Name == "DoAndWait" || s.Sel.Name == "CurrentApp") {
					if x, ok := s.X.(*ast.Ident); ok && x.Name == "fyne" {
						calls[dir+"/"+name+": fyne."+s.Sel.Name]++
					}
				}
				return true
			})
		}
	}
	if len(calls) != 2 || calls["./do.go: fyne.Do"] != 1 || calls["./do.go: fyne.CurrentApp"] != 1 {
		t.Errorf("calls: %v; want fyne.Do once and CurrentApp once, in do.go, and nothing that waits", calls)
	}
}
