// Package cmdline reads command lines that others wrote, and writes those that a person is advised to type.
package cmdline

import "strings"

// Value is the value of the first flag of these names among words, written apart ("--port 80") or with "=" ("--port=80");
// empty where there is none.
func Value(words []string, names ...string) string {
	for i, w := range words {
		for _, name := range names {
			if w == name && i+1 < len(words) {
				return words[i+1]
			}
			if v, ok := strings.CutPrefix(w, name+"="); ok {
				return v
			}
		}
	}
	return ""
}

// Quoted is a path as it is typed into a terminal.
func Quoted(path string) string {
	if strings.ContainsAny(path, " &()'") {
		return `"` + path + `"`
	}
	return path
}
