package diagnose

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"
)

// clean gives the line a person would read: without colours, and without what containers, Docker and shippers put
// before it. The timestamp and the level that the program itself printed stay.
func clean(b []byte) string {
	s := plain(strings.TrimRight(strings.TrimPrefix(string(b), "\ufeff"), "\r\n \t"))
	for range 4 { // prefixes nest: compose over docker's timestamp over JSON
		t := unprefix(s)
		if t == s {
			break
		}
		s = t
	}
	return plain(s) // what was written out in a line of JSON too
}

// unprefix takes one prefix off.
func unprefix(s string) string {
	t := strings.TrimLeft(s, " ")
	if name, rest := container(t); name != "" {
		return rest
	}
	if rest, ok := powerShell(t); ok {
		return rest
	}
	if strings.HasPrefix(t, "> ") {
		return t[2:]
	}
	if strings.HasPrefix(t, `{"`) {
		if m := message(t); m != "" {
			return m
		}
	}
	if strings.Contains(t, ` msg="`) {
		return strings.ReplaceAll(s, `\"`, `"`)
	}
	return undated(s)
}

// powerShell takes off what Windows PowerShell puts before the first line that a program writes to its standard error:
// "docker : ".
func powerShell(s string) (rest string, ok bool) {
	name, rest, ok := strings.Cut(s, " : ")
	if !ok || name == "" || len(name) > 24 || !letter(name[0]) || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789.-_") != "" {
		return s, false
	}
	return rest, !strings.HasPrefix(rest, "The term ") && !strings.HasPrefix(rest, "无法将")
}

// remark reports whether a line is one of those that Windows PowerShell puts below it: where in a script it was.
func remark(b []byte) bool {
	t := bytes.TrimLeft(b, " \t")
	if len(t) == 0 || t[0] != '+' && t[0] != 'A' && t[0] != 0xe6 {
		return false
	}
	return bytes.HasPrefix(t, []byte("+ CategoryInfo ")) || bytes.HasPrefix(t, []byte("+ FullyQualifiedErrorId ")) || bytes.HasPrefix(t, []byte("+ ~~")) ||
		bytes.HasPrefix(t, []byte("At line:")) || bytes.HasPrefix(t, []byte("所在位置 行:"))
}

// container splits "kafka-1  | text", as compose prints it, into the name and the text. The columns of loguru, which
// begin with a time, are no name.
func container(s string) (name, rest string) {
	i := strings.IndexByte(s[:min(len(s), 64)], '|')
	if i <= 0 {
		return "", s
	}
	name = strings.TrimRight(s[:i], " \t")
	if name == "" || !letter(name[0]) || levelOf([]byte(name)) != noLevel {
		return "", s
	}
	for j := range len(name) {
		if c := name[j]; !letter(c) && (c < '0' || c > '9') && c != '-' && c != '_' && c != '.' {
			return "", s
		}
	}
	return name, strings.TrimPrefix(s[i+1:], " ")
}

func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// undated takes off the timestamp of `docker logs -t` and of the kubelet, "2025-10-20T13:05:07.123456789Z stdout F ",
// where the program's own text follows.
func undated(s string) string {
	stamp, rest, ok := strings.Cut(s, " ")
	if !ok || len(stamp) < 20 || len(stamp) > 40 || stamp[4] != '-' || stamp[10] != 'T' {
		return s
	}
	if _, err := time.Parse(time.RFC3339Nano, stamp); err != nil || rest == "" {
		return s
	}
	for _, stream := range []string{"stdout F ", "stderr F ", "stdout P ", "stderr P "} {
		if after, cut := strings.CutPrefix(rest, stream); cut {
			return after
		}
	}
	return rest
}

// message takes the text out of a line of JSON: Docker's own log files, structured loggers. Their level is read from the
// line as it is.
func message(s string) string {
	var m map[string]any
	if json.Unmarshal([]byte(s), &m) != nil {
		return ""
	}
	var parts []string
	for _, k := range []string{
		"log", "msg", "message", "text", "error", "err", "exception", "stream.error", "thrown", "stack_trace",
	} {
		v := said(m[k])
		if v != "" {
			parts = append(parts, strings.TrimRight(v, "\r\n"))
		}
	}
	if len(parts) == 0 || len(parts) == 1 && m["log"] == nil && m["msg"] == nil && m["message"] == nil && m["error"] == nil {
		return ""
	}
	return strings.Join(parts, " ")
}

// said is what a value of JSON says: itself, or the name and the message of the error that loggers write as an object.
func said(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case map[string]any:
		var parts []string
		for _, k := range []string{"name", "exception_class", "class", "type", "message", "exception_message"} {
			if s, ok := v[k].(string); ok && s != "" {
				parts = append(parts, s)
			}
		}
		return strings.Join(parts, ": ")
	}
	return ""
}
