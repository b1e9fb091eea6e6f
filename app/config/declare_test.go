package config

import (
	"strings"
	"testing"
)

func TestATopicIsDeclaredAndAllElseStays(t *testing.T) {
	holding := []Topic{{Name: "results", Partitions: 3}, {Name: "no"}}
	more := Topic{Name: "extra.topic-1", Partitions: 2}
	const is = "{name: extra.topic-1, partitions: 2}"
	const both = `{name: results, partitions: 3}, {name: "no"}, ` + is
	for _, c := range []struct{ name, text, want string }{
		{
			"in lines", "version: 1\nkafka:\n  topics:\n    - name: a # first\n      partitions: 3\n    # the last\n    - {name: b}\n\n# the app\napp:\n  command: [python, app.py]\n",
			"version: 1\nkafka:\n  topics:\n    - name: a # first\n      partitions: 3\n    # the last\n    - {name: b}\n    - " + is + "\n\n# the app\napp:\n  command: [python, app.py]\n",
		},
		{"dashes not indented, no line's end", "kafka:\n  topics:\n  - name: 检测\n  mode: embedded", "kafka:\n  topics:\n  - name: 检测\n  - " + is + "\n  mode: embedded"},
		{"in brackets", "kafka: {mode: embedded, topics: [{name: 检测}, {name: b}]} # 人\n", "kafka: {mode: embedded, topics: [{name: 检测}, {name: b}, " + is + "]} # 人\n"},
		{"over lines in brackets", "kafka:\n  topics: [\n    {name: a},\n    {name: b}\n  ]\n", "kafka:\n  topics: [\n    {name: a},\n    {name: b}\n  , " + is + "]\n"},
		{"kafka without topics", "version: 1\nkafka:\n  # where\n  mode: embedded\napp: {}\n", "version: 1\nkafka:\n  # where\n  topics:\n    - {name: results, partitions: 3}\n    - {name: \"no\"}\n    - " + is + "\n  mode: embedded\napp: {}\n"},
		{"kafka in braces", "kafka: {mode: embedded}\n", "kafka: {mode: embedded, topics: [" + both + "]}\n"},
		{"no kafka", "version: 1\nname: x", "version: 1\nname: x\nkafka:\n  topics:\n    - {name: results, partitions: 3}\n    - {name: \"no\"}\n    - " + is + "\n"},
		{"Windows' line ends", "kafka:\r\n  topics:\r\n    - name: a\r\napp: {}\r\n", "kafka:\r\n  topics:\r\n    - name: a\r\n    - " + is + "\napp: {}\r\n"},
	} {
		got, err := Declare(c.text, holding, more)
		if err != nil || got != c.want {
			t.Errorf("%s: %v\ngot  %q\nwant %q", c.name, err, got, c.want)
		}
	}
	for _, odd := range []string{"kafka:\n  topics: []\n", "kafka: *a\n", "kafka: [1]\n", "{version: 1}\n", ":::\n- a"} {
		if got, err := Declare(odd, holding, more); err == nil && !strings.Contains(got, is) {
			t.Errorf("%q became %q", odd, got)
		}
	}
	for _, name := range []string{"1.0", "no", "a: b", "true", "2026-01-01", "_x", "", "-"} {
		if got, err := Declare("version: 1\n", nil, Topic{Name: name}); err != nil {
			t.Errorf("%q: %v in %q", name, err, got)
		}
	}
}

func TestTheBuiltInKafkaTakesThePlaceOfAnotherAndAllElseStays(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"said", "version: 1\nkafka:\n  mode: docker # ours\n  env: ADDR\n", "version: 1\nkafka:\n  mode: embedded # ours\n  env: ADDR\n"},
		{"in quotes", "kafka:\n  mode: \"docker\"\n", "kafka:\n  mode: embedded\n"},
		{"not said", "# 检测\nkafka:\n    # where\n    env: ADDR\napp: {}\n", "# 检测\nkafka:\n    # where\n    mode: embedded\n    env: ADDR\napp: {}\n"},
		{"in braces", "kafka: {env: ADDR}\n", "kafka: {mode: embedded, env: ADDR}\n"},
		{"in braces, said", "kafka: {env: 检, mode: docker}\n", "kafka: {env: 检, mode: embedded}\n"},
		{"no kafka", "version: 1\nname: x", "version: 1\nname: x\nkafka:\n  mode: embedded\n"},
		{"already", "kafka: {mode: embedded}\n", "kafka: {mode: embedded}\n"},
		{"nothing", "", "kafka:\n  mode: embedded\n"},
	} {
		if got, err := Embed(c.text); err != nil || got != c.want {
			t.Errorf("%s: %v\ngot  %q\nwant %q", c.name, err, got, c.want)
		}
	}
	for _, odd := range []string{"kafka: *a\n", "kafka: [1]\n", "kafka:\n"} {
		if got, err := Embed(odd); err == nil {
			t.Errorf("%q became %q", odd, got)
		}
	}
}
