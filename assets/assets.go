// Package assets holds what ships inside the program: its texts in both languages, its icons and the sample
// detection project.
package assets

import "embed"

// Texts holds text/<package>.<language>.json: every sentence a user reads, by name, in English (en) and
// Simplified Chinese (zh). The format is go-i18n's flat JSON.
//
//go:embed text
var Texts embed.FS
