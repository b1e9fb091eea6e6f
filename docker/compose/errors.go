package compose

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"strconv"
	"strings"

	"streamtray/internal/lazyregexp"
)

// hashedName is a stable project name for a folder whose own name leaves nothing that Compose allows, such as one in
// Chinese.
func hashedName(dir string) string {
	sum := sha256.Sum256([]byte(dir))
	return "project-" + hex.EncodeToString(sum[:4])
}

var lineNumber = lazyregexp.New(`line (\d+)`)

// lineOf is the line to look at for a YAML error: the last that it names, where it gave up, but for a quote that is
// never closed the first, where that opens. 0: it names none.
func lineOf(err error) int {
	all := lineNumber.FindAllStringSubmatch(err.Error(), -1)
	if len(all) == 0 {
		return 0
	}
	at := all[len(all)-1]
	if strings.Contains(err.Error(), "quoted scalar") {
		at = all[0]
	}
	n, _ := strconv.Atoi(at[1])
	return n
}

// reason is an error in one line, without the prefixes that only say who speaks and of what. A file that is not there
// needs no reason.
func reason(err error) string {
	if errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	s := strings.TrimPrefix(strings.ReplaceAll(err.Error(), "\n", " "), "yaml: ")
	return strings.ToValidUTF8(s, "?")
}
