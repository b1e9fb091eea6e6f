package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Declare is a streamtray.yaml's text with one more topic in it; all else stays as a person wrote it. Where the text names
// no topics, those that hold without being named are written down too: a list takes their place.
func Declare(text string, holding []Topic, more Topic) (string, error) {
	root, err := rootOf(text)
	if err != nil {
		return "", err
	}
	kafka := member(root, "kafka")
	topics := member(kafka, "topics")
	e := edit{text}
	if list, ok := topics.(*ast.SequenceNode); ok && len(list.Values) > 0 {
		text = e.intoList(list, more)
	} else if topics != nil { // an empty list, or nothing: replaced whole
		return "", errors.New("kafka.topics is written in a way that is for a person to change")
	} else {
		text = e.newList(root, kafka, append(slices.Clone(holding), more))
	}
	return text, declares(text, more.Name)
}

// declares is nil when the text can be read and names the topic.
func declares(text, topic string) error {
	var read struct {
		Kafka struct {
			Topics []struct{ Name string }
		}
	}
	if err := yaml.Unmarshal([]byte(text), &read); err != nil {
		return err
	}
	for _, t := range read.Kafka.Topics {
		if t.Name == topic {
			return nil
		}
	}
	return errors.New("kafka.topics is written in a way that is for a person to change")
}

// Embed is a streamtray.yaml's text with the built-in Kafka in the place of another one; all else stays as a person wrote it.
func Embed(text string) (string, error) {
	root, err := rootOf(text)
	if err != nil {
		return "", err
	}
	text = edit{text}.mode(member(root, "kafka"))
	var read struct{ Kafka struct{ Mode string } }
	if err := yaml.Unmarshal([]byte(text), &read); err != nil || read.Kafka.Mode != Embedded {
		return "", errors.Join(errors.New("kafka is written in a way that is for a person to change"), err)
	}
	return text, nil
}

// mode writes the built-in Kafka's mode into kafka's mapping, or that too.
func (e edit) mode(kafka ast.Node) string {
	const line = "mode: " + Embedded
	if mode := member(kafka, "mode"); mode != nil {
		t := mode.GetToken()
		at := e.at(t)
		end := at + len(t.Value)
		if strings.ContainsAny(e.text[at:at+1], `"'`) {
			end += 2
		}
		return e.text[:at] + Embedded + e.text[min(end, len(e.text)):]
	}
	if m, ok := kafka.(*ast.MappingNode); ok && m.IsFlowStyle && m.Start != nil {
		comma := ""
		if len(m.Values) > 0 {
			comma = ", "
		}
		return e.insert(e.at(m.Start)+1, line+comma)
	}
	if all := members(kafka); len(all) > 0 {
		_, first := keyOf(all[0].Key)
		return e.insert(e.at(first), line+"\n"+strings.Repeat(" ", first.Position.Column-1))
	}
	text := e.text
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return text + "kafka:\n  " + line + "\n"
}

// rootOf is what a text's first document holds; nil: nothing.
func rootOf(text string) (ast.Node, error) {
	file, err := parser.ParseBytes([]byte(text), 0)
	if err != nil || len(file.Docs) == 0 {
		return nil, err
	}
	return file.Docs[0].Body, nil
}

// member is the value of a key of a mapping; nil: there is none.
func member(n ast.Node, key string) ast.Node {
	for _, v := range members(n) {
		if name, _ := keyOf(v.Key); name == key {
			return v.Value
		}
	}
	return nil
}

func members(n ast.Node) []*ast.MappingValueNode {
	switch m := n.(type) {
	case *ast.MappingNode:
		return m.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{m}
	}
	return nil
}

// edit changes a text at the places of its nodes.
type edit struct{ text string }

// at is where a token begins in the text.
func (e edit) at(t *token.Token) int {
	lines := strings.SplitAfter(e.text, "\n")
	offset := 0
	for _, l := range lines[:min(t.Position.Line-1, len(lines))] {
		offset += len(l)
	}
	column := 1
	for i := range e.text[offset:] {
		if column == t.Position.Column {
			return offset + i
		}
		column++
	}
	return len(e.text)
}

func (e edit) insert(at int, what string) string { return e.text[:at] + what + e.text[at:] }

// intoList adds a topic at the end of a list.
func (e edit) intoList(list *ast.SequenceNode, more Topic) string {
	if list.IsFlowStyle && list.End != nil {
		return e.insert(e.at(list.End), ", "+inFlow(more))
	}
	// A list in lines ends before the first line that stands no further in than its dashes do.
	dash := list.Start.Position.Column - 1
	lines := strings.SplitAfter(e.text, "\n")
	end := list.Start.Position.Line // one behind the first dash
	for i := end; i < len(lines); i++ {
		trimmed := strings.TrimLeft(lines[i], " ")
		switch in := len(lines[i]) - len(trimmed); {
		case strings.TrimSpace(trimmed) == "" || strings.HasPrefix(trimmed, "#"):
		case in > dash || in == dash && strings.HasPrefix(trimmed, "-"):
			end = i + 1
		default:
			i = len(lines)
		}
	}
	head := strings.Join(lines[:end], "")
	if !strings.HasSuffix(head, "\n") {
		head += "\n"
	}
	return head + strings.Repeat(" ", dash) + "- " + inFlow(more) + "\n" + strings.Join(lines[end:], "")
}

// newList adds the list itself: to kafka's mapping, or with it.
func (e edit) newList(root, kafka ast.Node, topics []Topic) string {
	var lines, flow []string
	for _, t := range topics {
		lines, flow = append(lines, "- "+inFlow(t)+"\n"), append(flow, inFlow(t))
	}
	if m, ok := kafka.(*ast.MappingNode); ok && m.IsFlowStyle && m.End != nil {
		comma := ""
		if len(m.Values) > 0 {
			comma = ", "
		}
		return e.insert(e.at(m.End), comma+"topics: ["+strings.Join(flow, ", ")+"]")
	}
	if all := members(kafka); len(all) > 0 {
		_, first := keyOf(all[0].Key)
		in := strings.Repeat(" ", first.Position.Column-1)
		return e.insert(e.at(first)-len(in), in+"topics:\n"+in+"  "+strings.Join(lines, in+"  "))
	}
	text := e.text
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	if m, ok := root.(*ast.MappingNode); ok && m.IsFlowStyle || kafka != nil {
		return text // not understood: declares says so
	}
	return text + "kafka:\n  topics:\n    " + strings.Join(lines, "    ")
}

// inFlow is a topic as one writes it in a line.
func inFlow(t Topic) string {
	s := "{name: " + Quoted(t.Name)
	if t.Partitions > 0 {
		s += fmt.Sprint(", partitions: ", t.Partitions)
	}
	if t.Replication > 1 {
		s += fmt.Sprint(", replication: ", t.Replication)
	}
	if t.Env != "" {
		s += ", env: " + Quoted(t.Env)
	}
	return s + "}"
}
