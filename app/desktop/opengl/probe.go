//go:build cgo && !headless

package opengl

import (
	"runtime"

	"github.com/go-gl/gl/v2.1/gl"
	"github.com/go-gl/glfw/v3.3/glfw"
)

// Probe tries what a first window needs, in a window that nobody sees: 0 where it works, 3 where it does not.
func Probe() (code int) {
	runtime.LockOSThread()
	defer func() {
		if recover() != nil { // glfw panics where there is no display at all
			code = 3
		}
	}()
	if glfw.Init() != nil {
		return 3
	}
	defer glfw.Terminate()
	glfw.WindowHint(glfw.Visible, glfw.False)
	glfw.WindowHint(glfw.ContextVersionMajor, 2)
	glfw.WindowHint(glfw.ContextVersionMinor, 1)
	w, err := glfw.CreateWindow(16, 16, "", nil, nil)
	if err != nil {
		return 3
	}
	defer w.Destroy()
	w.MakeContextCurrent()
	if gl.Init() != nil {
		return 3
	}
	return 0
}
