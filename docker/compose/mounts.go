package compose

import (
	"cmp"
	"path"
	"path/filepath"
	"strings"

	"streamtray/internal/lazyregexp"
)

// What a mounted or copied file must be called to say something about Kafka.
var (
	configFile = lazyregexp.New(`(^|/)[\w.-]*(server|broker|kafka|kraft)[\w.-]*\.properties$|(^|/)[\w.-]*(redpanda|bootstrap)[\w.-]*\.ya?ml$`)
	scriptFile = lazyregexp.New(`\.(sh|bash|py)$`)
	kafkaWord  = lazyregexp.New(`(?i)kafka|redpanda|broker|topic`)
)

// folders of an image that Kafka's configuration is looked for in, when a whole folder is mounted.
var configFolders = []string{
	"/mnt/shared/config", "/bitnami/kafka/config", "/opt/bitnami/kafka/config", "/opt/kafka/config", "/kafka/config",
	"/etc/kafka", "/etc/redpanda",
}

// mounted reads what a service that has to do with Kafka gets put into its container: configuration files, and scripts
// that its command runs. They stand in s.files by their place in the container.
func (l *loading) mounted(s *Service, root *value) {
	line := strings.Join(s.Entrypoint, " ") + " " + strings.Join(s.Command, " ")
	if !kafkaWord.MatchString(s.Name + " " + s.Image + " " + line) {
		return
	}
	s.files = map[string]string{}
	l.configs(s, root)
	for _, v := range append(s.copied, s.Volumes...) {
		if !v.Bind || v.Source == "" {
			continue
		}
		switch {
		case l.reader.folder.Regular(v.Source):
			if configFile.MatchString(v.Target) || scriptFile.MatchString(v.Target) && runs(line, v.Target) {
				l.take(s, v.Source, v.Target)
			}
		default:
			l.folder(s, v, line)
		}
	}
}

// runs reports whether a command line runs a file, by its path or, from the working folder, its name. A script that
// the image runs by itself counts too.
func runs(line, target string) bool {
	return strings.Contains(line, path.Base(target)) || strings.TrimSpace(line) == "" ||
		strings.Contains(target, "entrypoint") || strings.Contains(target, "init")
}

// folder takes from a mounted folder what Kafka reads there by itself, and what the command names.
func (l *loading) folder(s *Service, v Volume, line string) {
	for _, f := range configFolders {
		rel, inside := strings.CutPrefix(f+"/", strings.TrimSuffix(v.Target, "/")+"/")
		if !inside {
			continue
		}
		for _, name := range []string{"server.properties", "kraft/server.properties", "redpanda.yaml"} {
			l.take(s, filepath.Join(v.Source, filepath.FromSlash(rel), filepath.FromSlash(name)), path.Join(f, name))
		}
	}
	for _, word := range words(line) {
		if scriptFile.MatchString(word) && !path.IsAbs(word) && !strings.Contains(word, "..") { // seen from the working folder
			l.take(s, filepath.Join(v.Source, filepath.FromSlash(word)), word)
		}
		if rel, inside := strings.CutPrefix(word, strings.TrimSuffix(v.Target, "/")+"/"); inside {
			if scriptFile.MatchString(word) || configFile.MatchString(word) {
				l.take(s, filepath.Join(v.Source, filepath.FromSlash(rel)), word)
			}
		}
	}
}

func (l *loading) take(s *Service, source, target string) {
	if !l.reader.folder.Regular(source) {
		return
	}
	if text, err := l.reader.read(source, "config"); err == nil {
		s.files[target] = string(text)
	}
}

// configs takes what the project's configs put into the container.
func (l *loading) configs(s *Service, root *value) {
	items := s.source.at("configs")
	if items == nil {
		return
	}
	for _, item := range items.items {
		item = under("source", item)
		name := item.at("source").str()
		target := cmp.Or(item.at("target").str(), "/"+name)
		config := root.at("configs", name)
		if text := config.at("content").str(); text != "" {
			s.files[target] = text
		} else if f := config.at("file").str(); f != "" {
			l.take(s, abs(l.dirs[config.file], f), target)
		}
	}
}

// words are the words of a command line, without quotes and shell punctuation.
func words(line string) []string {
	return strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" \t\r\n;&|()<>\"'`", r) })
}
