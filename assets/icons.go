package assets

import "embed"

// icons are rendered from icons/*.svg by `go run ./build icons`.
//
//go:embed icons/png/*-64.png icons/png/app-256.png
var icons embed.FS

// States of the tray's icon: one family, told apart by shape before colour.
var States = [...]string{"stopped", "starting", "ready", "connected", "streaming", "problem"}

// Icon is the PNG of a state's icon, 64 by 64: the size that a panel at 200% asks for, and which scales down to 32 and
// 16 on whole pixels.
func Icon(state string) []byte { return read("icons/png/" + state + "-64.png") }

// AppIcon is the PNG of the program's own icon, 256 by 256.
func AppIcon() []byte { return read("icons/png/app-256.png") }

// read gives an embedded file; it is there, or the build would have failed, as long as the name is right.
func read(name string) []byte {
	b, err := icons.ReadFile(name)
	if err != nil {
		panic("assets: " + err.Error())
	}
	return b
}
