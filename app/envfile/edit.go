package envfile

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// errNoWay says that no way to write the value leaves the rest of the file with its meaning.
var errNoWay = errors.New("no way to write the value")

// edit gives text with key set to value. Of the ways to write the value it takes the first that reads back as value
// and leaves what everything else means as it is: an opening quote without an end elsewhere, or a comment close by,
// would swallow some.
func edit(text, key, value string) (string, error) {
	old, _ := parse(text)
	want := binding{key: key, value: value, set: true}
	i := last(old, key)
	if i >= 0 && old[i].means(want) {
		return text, nil
	}
	wanted, quote := slices.Clone(old), byte(0)
	if i >= 0 {
		wanted[i], quote = want, old[i].quote
	} else {
		wanted = append(wanted, want)
	}
	for _, written := range ways(value, quote) {
		var edited string
		switch {
		case i < 0:
			edited = appendLine(text, key+"="+written)
		case old[i].set:
			edited = text[:old[i].start] + written + text[old[i].end:]
		default:
			edited = text[:old[i].start] + "=" + written + text[old[i].end:]
		}
		if got, _ := parse(edited); slices.EqualFunc(got, wanted, binding.means) {
			return edited, nil
		}
	}
	return "", errNoWay
}

// appendLine adds a line as the others are: with their line end, and with none at the end if the last has none.
func appendLine(text, line string) string {
	eol := "\n"
	if strings.Contains(text, "\r\n") {
		eol = "\r\n"
	}
	if body := strings.TrimPrefix(text, bom); body == "" || strings.HasSuffix(body, "\n") || strings.HasSuffix(body, "\r") {
		return text + line + eol
	}
	return text + eol + line
}

// bare is a value that every reader of .env files and every shell takes as it stands.
var bare = regexp.MustCompile(`^[A-Za-z0-9_./:,@%+=-]*$`)

// ways lists how value can be written, best first: as the value before it was, without quotes where nobody can
// mistake it, in quotes, and at last as it is (in quotes a last backslash would be taken to escape the quote).
func ways(value string, quote byte) []string {
	var all []string
	double := `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`).Replace(value) + `"`
	if quote == '"' {
		all = append(all, double)
	}
	if quote == 0 && bare.MatchString(value) {
		all = append(all, value)
	}
	if !strings.ContainsFunc(value, unicode.IsControl) && (quote == '\'' || !strings.Contains(value, "'")) {
		all = append(all, `'`+strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(value)+`'`)
	}
	return append(all, double, value)
}
