package session

import "strings"

// Environment is what a program needs to find Kafka, as lines for a shell.
func (s *Session) Environment(line func(name, value string) string) string {
	c := s.Project.Config
	var lines []string
	add := func(name, value string) {
		if name != "" && value != "" {
			lines = append(lines, line(name, value))
		}
	}
	add(c.Streaming.Env, c.Streaming.On)
	add(c.Kafka.Env, strings.Join(s.Bootstrap(), ","))
	for _, t := range c.Kafka.Topics {
		add(t.Env, t.Name)
	}
	return strings.Join(lines, "\n")
}

// PowerShell sets a variable; quotes are doubled.
func PowerShell(name, value string) string {
	return "$env:" + name + " = '" + strings.ReplaceAll(value, "'", "''") + "'"
}

// Bash sets a variable; quotes are broken up.
func Bash(name, value string) string {
	return "export " + name + "='" + strings.ReplaceAll(value, "'", `'\''`) + "'"
}
