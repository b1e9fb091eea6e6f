// Package envfile reads and sets one variable in a .env file and leaves every other byte of it as it is: comments,
// order, line ends, a byte order mark, lines in another encoding.
//
// It understands a file as python-dotenv does, which is what the detection app reads it with: "export ", quotes with
// escapes, values over several lines, comments after a value; of a name that stands there twice, the last counts.
package envfile

import (
	"bytes"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"streamtray/internal/atomicfile"
	"streamtray/internal/projectfile"
	"streamtray/internal/usererr"
)

// maxSize is the size in bytes up to which a file is taken for a .env file.
const maxSize = 1 << 20

// Get gives the value of key, and whether the file sets it; a file that does not exist sets nothing. References to
// other variables (${NAME}) come as they stand. A file that cannot be read, or is UTF-16, is envfile.unreadable.
func Get(path, key string) (value string, ok bool, err error) {
	text, err := read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", false, nil
	}
	if err != nil {
		return "", false, unreadable(path, err)
	}
	all, _ := parse(text)
	i := last(all, key)
	if i < 0 || !all[i].set {
		return "", false, nil
	}
	return all[i].value, true, nil
}

// Set makes key have value and reports whether the file had to change for it. It changes the value of the last line
// that names key, keeping its quotes and comment where the value allows it; a file without key gets a line more, and
// a missing file is created for the user alone. The file is replaced as a whole or not at all, keeps its mode, and is
// found through a symbolic link.
//
// Errors are final: envfile.bad_key, envfile.bad_value (it has a NUL, is no UTF-8 or holds "${", which the app would
// take for a reference), envfile.unreadable, envfile.unwritable, and envfile.broken_line: the line has an opening
// quote without an end that the change would have closed by chance.
func Set(path, key, value string) (changed bool, err error) {
	if !goodKey(key) {
		return false, usererr.New("envfile.bad_key", map[string]any{"Key": key}, nil).Terminal()
	}
	if !goodValue(value) {
		return false, usererr.New("envfile.bad_value", map[string]any{"Key": key}, nil).Terminal()
	}
	text, err := read(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, unreadable(path, err)
	}
	edited, failure := edit(text, key, value)
	if failure != nil {
		return false, noWay(path, text, key, failure)
	}
	if edited == text && err == nil {
		return false, nil
	}
	if err := atomicfile.Write(path, []byte(edited), 0o600); err != nil {
		return false, usererr.New("envfile.unwritable", map[string]any{"Path": path}, err).Terminal()
	}
	return true, nil
}

// noWay blames the first line of the file that is broken, and the value if there is none.
func noWay(path, text, key string, cause error) error {
	if _, at := parse(text); at >= 0 {
		line := 1 + strings.Count(newlines.Replace(text[:at]), "\n")
		return usererr.New("envfile.broken_line", map[string]any{"Path": path, "Line": line}, cause).Terminal()
	}
	return usererr.New("envfile.bad_value", map[string]any{"Key": key}, cause).Terminal()
}

func unreadable(path string, err error) error {
	args := map[string]any{"Path": path, "UTF16": errors.Is(err, errUTF16)}
	return usererr.New("envfile.unreadable", args, err).Terminal()
}

// errUTF16 is what PowerShell's > writes, and what neither python-dotenv nor Compose reads. A line added in UTF-8 would
// leave a file that no editor can read.
var errUTF16 = errors.New("is UTF-16")

func read(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	text, err := projectfile.In(filepath.Dir(path)).Read(path, maxSize)
	if err != nil {
		return "", err
	}
	if bytes.HasPrefix(text, []byte("\xff\xfe")) || bytes.HasPrefix(text, []byte("\xfe\xff")) || bytes.IndexByte(text, 0) >= 0 {
		return "", errUTF16
	}
	return string(text), nil
}

// goodKey tells names that every reader of .env files takes for one.
func goodKey(key string) bool {
	for i := range len(key) {
		c := key[i]
		if letter := c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_'; !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return key != ""
}

func goodValue(value string) bool {
	return utf8.ValidString(value) && !strings.Contains(value, "\x00") && !strings.Contains(value, "${")
}
