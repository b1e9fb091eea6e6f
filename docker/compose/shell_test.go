package compose

import (
	"maps"
	"slices"
	"strings"
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
		{"printf 'a\\nb\\n' | while read -r t; do kafka-topics --create --topic $t; done", map[string]int{"a": 0, "b": 0}},
		{"while read t; do kafka-topics --create --topic $t; done <<EOF\na\nb\nEOF", map[string]int{"a": 0, "b": 0}},
		{"if [ -n \"$EXTRA\" ]; then kafka-topics --create --topic a; fi; kafka-topics --create --topic b", map[string]int{"b": 0}},
		{"rpk topic create a b -p 6 -r 1 --brokers x:9092 -c retention.ms=1", map[string]int{"a": 6, "b": 6}},
		{"NewTopic(\"a\", 3, 1), NewTopic(name='b', num_partitions=2), NewTopic(topic=\"c\")", map[string]int{"a": 3, "b": 2, "c": 0}},
	} {
		got := map[string]int{}
		fromScript(got, tc.script, runScript(tc.script, nil, nil))
		if !maps.Equal(got, tc.want) {
			t.Errorf("%s\ngot  %v\nwant %v", tc.script, got, tc.want)
		}
	}
}

// A branch that cannot be taken sets nothing; one whose condition only the container knows sets nothing for certain.
func TestWhatAScriptExportsDependsOnItsConditions(t *testing.T) {
	environment := map[string]string{"MODE": "plain", "EMPTY": "", "N": "3", "KAFKA_A": "old"}
	files := map[string]string{"/opt/lib.sh": "KAFKA_A=lib", "/run.sh": "set -a; KAFKA_B=$1; export KAFKA_A=file"}
	for _, tc := range []struct{ script, sets, perhaps string }{
		{"export KAFKA_A=new", "new", ""},
		{"KAFKA_A=new", "new", ""}, // it was exported before
		{"KAFKA_A=new exec run", "new", ""},
		{"env KAFKA_A=new run", "new", ""},
		{"if [ -n \"$USER_NAME\" ]; then export KAFKA_A=new; fi", "", ""},
		{"if [ -n $EMPTY ]; then export KAFKA_A=new; fi", "new", ""}, // without quotes, -n is a word like any other
		{"if [ -z \"$EMPTY\" ]; then export KAFKA_A=new; fi", "new", ""},
		{"if [ \"$MODE\" = secure ]; then export KAFKA_A=a; else export KAFKA_A=b; fi", "b", ""},
		{"if [ \"$MODE\" = secure ]; then export KAFKA_A=a; elif [[ $MODE == pl* ]]; then export KAFKA_A=b; fi", "b", ""},
		{"if [[ -n $USER_NAME || $N -gt 2 ]]; then export KAFKA_A=new; fi", "new", ""},
		{"if [[ -n $USER_NAME && $N -gt 2 ]]; then export KAFKA_A=new; fi", "", ""},
		{"if [ -n \"$USER_NAME\" -o \"$N\" -le 3 ]; then export KAFKA_A=new; fi", "new", ""},
		{"if ! test -n \"$USER_NAME\"; then export KAFKA_A=new; fi", "new", ""},
		{"[ -n \"$USER_NAME\" ] && export KAFKA_A=new", "", ""},
		{"[ -n \"$USER_NAME\" ] || export KAFKA_A=new", "new", ""},
		{"if [ -f /etc/secure ]; then export KAFKA_A=new; fi", "", "new"},
		{"if grep -q x /etc/y; then export KAFKA_A=a; else export KAFKA_A=b; fi", "", "b"},
		{"if [ $(hostname) = a ]; then export KAFKA_A=new; fi", "", "new"},
		{"case $MODE in secure) export KAFKA_A=a;; plain|x) export KAFKA_A=b;; *) export KAFKA_A=c;; esac", "b", ""},
		{"export KAFKA_A=PLAINTEXT://${NAME:-localhost}:${N}", "PLAINTEXT://localhost:3", ""},
		{"export KAFKA_A=PLAINTEXT://$NAME:1", "PLAINTEXT://${NAME}:1", ""},
		{"export KAFKA_A=PLAINTEXT://$(hostname -i):1", "PLAINTEXT://$(hostname):1", ""},
		{"(export KAFKA_A=inner; true)", "inner", ""},
		{"exec run; export KAFKA_A=late", "", ""},
		{"exit 0\nexport KAFKA_A=late", "", ""},
		{"f() { export KAFKA_A=$1; return 0; }; f one; f two", "two", ""},
		{"bash -ec 'export KAFKA_A=inner; exec run'", "inner", ""},
		{". /opt/lib.sh", "lib", ""},
		{"bash /run.sh x", "file", ""},
		{"tini -- sh -c 'export KAFKA_A=inner'", "inner", ""},
		{"((sleep 3; true)&) && export KAFKA_A=new", "new", ""},
		{"export KAFKA_A=new\nif then", "new", ""}, // up to the mistake
	} {
		got := runScript(tc.script, environment, files)
		if got.sets["KAFKA_A"] != tc.sets || got.perhaps["KAFKA_A"] != tc.perhaps {
			t.Errorf("%s\ngot  %q for certain, %q perhaps\nwant %q, %q", tc.script, got.sets["KAFKA_A"], got.perhaps["KAFKA_A"], tc.sets, tc.perhaps)
		}
	}
}

// Whatever a script holds, reading it ends soon: neither nesting, nor doubling, nor braces run away.
func TestHostileScriptsEnd(t *testing.T) {
	for _, opening := range []string{
		"(", "{ ", "if ", "$(", "`", "a && ", "a | ", "while ", "! ", "a=(", "[[ ( ", "((", "${a:-", "\"$(", "case x in x) ",
		"for x in a; do ", "x=$x$x;", "f(){ f; f; };f;", "$((1+", "{a,b}", "sh -c ",
	} {
		runScript(strings.Repeat(opening, maxScript/len(opening)), map[string]string{"x": "aaaaaaaa"}, nil)
	}
	for _, script := range []string{
		"x=a; while [[ 1 ]]; do x=$x$x; done", "while :; do :; done", "echo {1..100000000}", "f() { f; f; }; f", "f() { f | f; }; f",
		strings.Repeat("for a in 1 2 3 4 5 6 7 8; do ", 8) + "x" + strings.Repeat("; done", 8),
	} {
		if got := runScript(script, nil, nil); len(got.commands) > maxCommands {
			t.Errorf("%.40s: got %d commands, want at most %d", script, len(got.commands), maxCommands)
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

func TestADockerfileTellsWhereItPutsTheFilesOfItsContext(t *testing.T) {
	made := ReadDockerfile(`FROM python AS base
ENV HOME_OF=/srv PYTHONPATH="/srv/parts:${PYTHONPATH}"
WORKDIR $HOME_OF
COPY all.txt .
FROM base AS other
COPY other.txt .
FROM base
WORKDIR apps
COPY gate/ ./gate
COPY one.py two.py ./
COPY --from=base /a /b
`)
	if made.Workdir != "/srv/apps" || made.Env["PYTHONPATH"] != "/srv/parts:" {
		t.Errorf("it works in %q, with %v", made.Workdir, made.Env)
	}
	want := []Copy{{"all.txt", "/srv", false}, {"gate/", "/srv/apps/gate", false}, {"one.py", "/srv/apps", true}, {"two.py", "/srv/apps", true}}
	if !slices.Equal(made.Copied, want) {
		t.Errorf("it copies %v", made.Copied)
	}
}
