package compose

import (
	"maps"
	"testing"
)

func TestScriptsAreFollowedToTheTopicsTheyCreate(t *testing.T) {
	for _, tc := range []struct {
		script string
		want   map[string]int
	}{
		{"kafka-topics --create --topic a --partitions 3", map[string]int{"a": 3}},
		{"/opt/kafka/bin/kafka-topics.sh --create \\\n  --topic=a \\\n  --partitions=3", map[string]int{"a": 3}},
		{"kafka-topics --list; kafka-topics --describe --topic a", nil},
		{"echo kafka-topics --create --topic a", nil},
		{"# kafka-topics --create --topic a\nkafka-topics --create --topic b", map[string]int{"b": 0}},
		{"until kafka-topics --list; do sleep 1; done\nkafka-topics --create --topic a || true", map[string]int{"a": 0}},
		{"for t in a b\ndo\nkafka-topics --create --topic $t &\ndone\nwait", map[string]int{"a": 0, "b": 0}},
		{"for t in a b; do for u in x y; do kafka-topics --create --topic $t-$u; done; done", map[string]int{"a-x": 0, "a-y": 0, "b-x": 0, "b-y": 0}},
		{"N=5; T=a\nkafka-topics --create --topic \"$T\" --partitions ${N}", map[string]int{"a": 5}},
		{"kafka-topics --create --topic '$T'", nil},
		{"for t in a:1 b:2; do kafka-topics --create --topic ${t%%:*} --partitions ${t##*:}; done", map[string]int{"a": 1, "b": 2}},
		{"for t in a:1; do n=$(echo $t | cut -d: -f1); kafka-topics --create --topic $n; done", map[string]int{"a": 0}},
		{"T=a,b; for t in ${T//,/ }; do kafka-topics --create --topic $t; done", map[string]int{"a": 0, "b": 0}},
		{"T=a,b; for t in $(echo $T | tr ',' ' '); do kafka-topics --create --topic $t; done", map[string]int{"a": 0, "b": 0}},
		{"T=a,b; for t in $(echo \"$T\" | sed 's/,/ /g'); do kafka-topics --create --topic $t; done", map[string]int{"a": 0, "b": 0}},
		{"T=a,b; IFS=',' read -ra L <<< \"$T\"\nfor t in \"${L[@]}\"; do kafka-topics --create --topic $t; done", map[string]int{"a": 0, "b": 0}},
		{"T=(a \"b\")\nfor t in \"${T[@]}\"; do\n kafka-topics --create --topic $t\ndone", map[string]int{"a": 0, "b": 0}},
		{"function mk {\n kafka-topics --create --topic $1 --partitions $2\n}\nmk a 4\nmk b 2", map[string]int{"a": 4, "b": 2}},
		{"if ! kafka-topics --list | grep a; then kafka-topics --create --topic a; fi", map[string]int{"a": 0}},
		{"rpk topic create a b -p 6 -r 1 --brokers x:9092 -c retention.ms=1", map[string]int{"a": 6, "b": 6}},
		{"NewTopic(\"a\", 3, 1), NewTopic(name='b', num_partitions=2), NewTopic(topic=\"c\")", map[string]int{"a": 3, "b": 2, "c": 0}},
	} {
		got := map[string]int{}
		fromScript(got, tc.script)
		if !maps.Equal(got, tc.want) {
			t.Errorf("%s\ngot  %v\nwant %v", tc.script, got, tc.want)
		}
	}
}

func TestADockerfileSaysWhatItsImageWould(t *testing.T) {
	st := parseDockerfile(`ARG TAG=1
FROM --platform=linux/amd64 confluentinc/cp-kafka:${TAG} AS base
ENV A=1 B="two words"
ENV C three
FROM base AS final
ENV A=2
COPY --chown=x server.properties other.properties /etc/kafka/
COPY --from=base /a /b
CMD ["run", "me"]
FROM scratch AS unused
`, "final", map[string]string{"TAG": "7"})
	if st.from != "confluentinc/cp-kafka:7" {
		t.Errorf("from: got %q", st.from)
	}
	if want := map[string]string{"A": "2", "B": "two words", "C": "three"}; !maps.Equal(st.env, want) {
		t.Errorf("environment: got %v, want %v", st.env, want)
	}
	if len(st.copied) != 2 || st.copied[1].Target != "/etc/kafka/other.properties" {
		t.Errorf("copied: got %v", st.copied)
	}
	if len(st.command) != 2 || st.command[1] != "me" {
		t.Errorf("command: got %v", st.command)
	}
}
