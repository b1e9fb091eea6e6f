// Package win32 is the little of Windows' windows and shell that neither Go nor its x/sys has: the shapes of a window's
// class, of a message and of an icon in the taskbar, and a text as Windows takes it. Elsewhere it is empty.
package win32
