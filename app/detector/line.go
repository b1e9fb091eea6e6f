package detector

import (
	"fmt"
	"time"
)

// Line is one line that the app printed, made readable: decoded, without colours and control characters.
type Line struct {
	Seq    uint64    // counts the lines of an App from 1
	At     time.Time // when it was read
	Stream Stream
	Level  Level
	Source string // where the app logged it: "routes.ws:<module>:24", or the logger's name; may be empty
	Text   string // the whole line; at most MaxLine bytes of it were kept

	message int // where in Text the message begins, after what the logger put before it
	part    part
}

// Message is the line without what the logger put before it (time, level, source).
func (l Line) Message() string { return l.Text[l.message:] }

// MaxLine is how many bytes of a line are kept; the rest of a longer one is dropped.
const MaxLine = 64 << 10

// Stream is where the app printed a line.
type Stream uint8

// The app's two streams.
const (
	Stdout Stream = iota
	Stderr
	Output // both, in the order in which the app wrote to them
)

func (s Stream) String() string {
	switch s {
	case Stderr:
		return "stderr"
	case Output:
		return "output"
	case Stdout:
	}
	return "stdout"
}

// Level is how serious a line is by its own words. Unknown lines belong to the one before or say nothing of it.
type Level uint8

// The levels, least serious first. TRACE counts as Debug, loguru's SUCCESS as Info, FATAL as Critical.
const (
	Unknown Level = iota
	Debug
	Info
	Warning
	Error
	Critical
)

func (l Level) String() string {
	switch l {
	case Debug:
		return "debug"
	case Info:
		return "info"
	case Warning:
		return "warning"
	case Error:
		return "error"
	case Critical:
		return "critical"
	case Unknown:
		return ""
	}
	return fmt.Sprintf("Level(%d)", uint8(l))
}

// levelOf knows the names that Python's logging, loguru and uvicorn print.
func levelOf(word string) Level {
	switch word {
	case "TRACE", "DEBUG":
		return Debug
	case "INFO", "SUCCESS":
		return Info
	case "WARNING", "WARN":
		return Warning
	case "ERROR":
		return Error
	case "CRITICAL", "FATAL":
		return Critical
	}
	return Unknown
}

// part is what a line is to a traceback.
type part uint8

const (
	plain  part = iota
	within      // of a traceback; may quote the app's source, and so proves nothing
	raised      // a traceback's last line: what was raised
)
