//go:build !windows

package detector

import (
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// decodeLocal reads GBK if raw can be GBK: there is no code page to ask here.
func decodeLocal(raw []byte) (string, bool) {
	text, err := simplifiedchinese.GBK.NewDecoder().Bytes(raw)
	if err != nil {
		return "", false
	}
	for _, r := range string(text) {
		if r == utf8.RuneError {
			return "", false
		}
	}
	return string(text), true
}
