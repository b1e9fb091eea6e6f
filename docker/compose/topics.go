package compose

import (
	"slices"
	"strconv"
	"strings"

	"streamtray/internal/cmdline"
	"streamtray/internal/lazyregexp"
)

// topicCommand is a tool that creates topics.
var topicCommand = lazyregexp.New(`kafka-topics(\.sh)?\b[\s\S]*--create|\brpk\b[^\n;&|]*\btopic\s+create\b`)

var topicName = lazyregexp.New(`^[A-Za-z0-9._-]{1,249}$`)

// declaredTopics are the topics that a project's own files create, with their partitions; 0: not said.
func declaredTopics(p *Project, roles map[string]Role, images map[string]image) map[string]int {
	out := map[string]int{}
	for i := range p.Services {
		s := &p.Services[i]
		if v := images[s.Name].topics; v != "" && roles[s.Name] == Broker {
			count, _ := strconv.Atoi(s.Environment[images[s.Name].partitions])
			fromVariable(out, s.Environment[v], s.Environment[v+"_SEPARATOR"], count)
		}
		for text, run := range scripts(s) {
			fromScript(out, text, run)
		}
	}
	return out
}

// scripts are the texts of a service in which it may create topics, and what each would do.
func scripts(s *Service) map[string]*ran {
	out := map[string]*ran{strings.Join(slices.Concat(s.Entrypoint, s.Command), " "): s.script()}
	if test := s.HealthCheck; len(test) > 1 && test[0] == "CMD-SHELL" {
		out[test[1]] = runScript(test[1], s.Environment, s.files)
	} else if len(test) > 1 {
		out[strings.Join(test[1:], " ")] = runWords(test[1:], s.Environment, s.files)
	}
	for place, text := range s.files {
		if scriptFile.MatchString(place) {
			out[text] = &ran{}
			if !strings.HasSuffix(place, ".py") && topicCommand.MatchString(text) {
				out[text] = runScript(text, s.Environment, s.files)
			}
		}
	}
	return out
}

// fromVariable parses name:partitions:replicas[:policy] lists.
func fromVariable(out map[string]int, text, separator string, unsaid int) {
	if separator == "" {
		separator = ","
	}
	for item := range strings.SplitSeq(text, strings.Trim(separator, `$'`)) {
		for item := range strings.SplitSeq(item, "\n") {
			parts := strings.Split(strings.Trim(strings.TrimSpace(item), `"'`), ":")
			count := unsaid
			if len(parts) > 1 {
				count, _ = strconv.Atoi(strings.TrimSpace(parts[1]))
			}
			addTopic(out, strings.TrimSpace(parts[0]), count)
		}
	}
}

func addTopic(out map[string]int, name string, partitions int) {
	if topicName.MatchString(name) && len(out) < 1000 {
		out[name] = max(out[name], partitions)
	}
}

// fromScript finds the topics a script creates: by kafka-topics --create, rpk topic create, and NewTopic of a program.
func fromScript(out map[string]int, text string, run *ran) {
	for _, m := range newTopic.FindAllStringSubmatch(text, 100) {
		n, _ := strconv.Atoi(m[2])
		addTopic(out, m[1], n)
	}
	for _, words := range run.commands {
		switch {
		case slices.ContainsFunc(words, isTopicTool) && slices.Contains(words, "--create"):
			kafkaTopics(out, words)
		case slices.Contains(words, "topic") && slices.Contains(words, "create"):
			rpkTopics(out, words)
		}
	}
}

var newTopic = lazyregexp.New(`NewTopic\(\s*(?:name\s*=\s*|topic\s*=\s*)?["']([\w.-]+)["'](?:\s*,\s*(?:num_partitions\s*=\s*)?(\d+))?`)

func isTopicTool(word string) bool {
	return strings.HasSuffix(word, "kafka-topics.sh") || strings.HasSuffix(word, "kafka-topics")
}

func kafkaTopics(out map[string]int, words []string) {
	count, _ := strconv.Atoi(cmdline.Value(words, "--partitions"))
	addTopic(out, cmdline.Value(words, "--topic"), count)
}

// rpkFlagsWithValue are the flags of `rpk topic create` that take a value.
var rpkFlagsWithValue = map[string]bool{
	"-p": true, "--partitions": true, "-r": true, "--replicas": true, "-c": true, "--topic-config": true,
	"--brokers": true, "-X": true, "--config": true, "--profile": true, "--user": true, "--password": true,
	"--sasl-mechanism": true, "-f": true, "--format": true,
}

func rpkTopics(out map[string]int, words []string) {
	count, _ := strconv.Atoi(cmdline.Value(words, "-p", "--partitions"))
	i := slices.Index(words, "create") + 1
	for ; i < len(words); i++ {
		switch w := words[i]; {
		case rpkFlagsWithValue[w]:
			i++
		case strings.HasPrefix(w, "-"):
		default:
			addTopic(out, w, count)
		}
	}
}
