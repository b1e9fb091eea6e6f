package diagnose

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// These texts were written, each file at one time, before a rule was touched for them: what they score at first is an
// honest figure, what they hold afterwards is not lost again. At first were right: of file 4, 52 of 59 failing texts and 36 of
// 39 healthy ones; of 5, 67 of 68 and 25 of 28; of 6, 47 of 54 and 17 of 18; of 7, 31 of 37 and 5 of 6;
// of 8, whose failing texts quote public issue threads and whose expectations allow for several causes, 64 of 67 and 29 of 30;
// of 9, written after the rules for 8, 50 of 58 and 28 of 29;
// of 10, written from memory after the rules for 9, 39 of 41 and 14 of 14;
// of 11, mostly from public issue threads, 61 of 66 and 26 of 28;
// of 12, written like 11 after the rules for it, 56 of 62 and 25 of 27;
// of 13, written likewise, 50 of 52 and 12 of 16: two of the latter are not kept, of which one was the expectation's own;
// of 14, about recoveries, after the rules for 13, 4 of 5 and 19 of 24; of 15, after those for 14, 6 of 7 and 18 of 18;
// of 16, mostly from public issue threads, after the rules for 15, 16 of 20 and 10 of 10;
// of 17, after the rules for 16, 39 of 42 and 8 of 10, of which one is not kept: the expectation was wrong;
// of 18, after the rules for 17, 27 of 30 and 9 of 10;
// of 19, single lines from memory, after the rules for 18, 76 of 85;
// of 20, after the rules for 19, 10 of 10 and 6 of 7;
// of 21, shaped after public issue threads of kinds not tried before, after the rules for 20, 33 of 42 and 26 of 34, of which
// one had a line that no program writes;
// of 22, written likewise, after the rules for 21, 37 of 50 and 32 of 37;
// of 23, written likewise, after the rules for 22, 27 of 41 and 25 of 28, of which one is not kept: the expectation was wrong;
// of 24, of commoner texts, from memory, after the rules for 23, 30 of 34 and 17 of 19;
// of 25, written like 24, after the rules for it, 19 of 20 and 16 of 17, of which one is not kept: the rule is right.
// of 26, 27 and 28, of lines from public issue threads and pages, after the rules for 25, 36 of 42 and 19 of 20, 40 of 42 and 17 of
// 20, 44 of 46 and 18 of 19: of the Python and vision stack, of Kafka's clients and brokers, of Docker on Windows;
// of 29, written likewise, after the rules for them, 33 of 43, with four of GStreamer, and 20 of 21;
// of 30, of commoner texts, from memory, after the rules for 29, 34 of 34 and 12 of 12;
// of 31, written like 29, after the rules for 30, 13 of 14 and 4 of 5;
// of 32, with lines from public issue threads, of programs that others start (journald, supervisord, pm2), Windows' exit codes and the
// vision stack, after the rules for 31, 30 of 39 and 18 of 19;
// of 33, written likewise, of compose logs, faust, Spring, conda and WSL in Chinese, after the rules for 32, 24 of 31 and 10 of 12;
// of 34, of commoner texts, from memory, after the rules for 33, 23 of 27 and 9 of 11;
// of 35, shaped after public issue threads, after the rules for 34, 17 of 19 and 7 of 8;
// of 36, of the product's commonest failures, from memory, after the rules for 35, 22 of 25 and 5 of 7;
// of 37, 38 and 39, of other services and the vision stack, of Kafka and Docker on Windows, and of clients, half in Chinese, after the rules
// for 36, 26 of 28 and 11 of 12, 26 of 27 and 10 of 10, 27 of 30 and 12 of 12;
// of 40 and 41, of Docker Desktop and of what stands beside Kafka, shaped after public issue threads, and of two services on one line, after
// the rules for 36, too, 25 of 29 and 9 of 11, 26 of 31 and 12 of 12. One of 41 is only called unknown, and may be;
// of 42 and 43, of Kafka's neighbours and of twelve other services, from memory, after the rules for 41, 26 of 27 and 11 of 12, 27 of 31
// and 12 of 12; one healthy one of 42, of a client while compose stops its broker, is not kept;
// of 44, of Docker, WSL and Python on Windows, from memory, after the rules for 43, 30 of 30 and 12 of 12.
// Eight of the misses in 4 to 7, one in 9, one in 11, two in 12, one in 16, one in 17, one in 18, two in 19, three in 22, two in 24, two in 26, two in 27, one in 28, four in 29, four in 32, two in 33, one in 35, two in 36 and one in 40 were the expectation's own.
func TestTextsWrittenBeforeTheirRulesAreNamed(t *testing.T) {
	files, err := filepath.Glob("testdata/blind/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("blind texts: %v, %v", files, err)
	}
	for _, file := range files {
		all := samples(t, file)
		right := 0
		for _, s := range all {
			found := find(s.text, s.where)
			if s.names(found) {
				right++
				continue
			}
			t.Errorf("%s: %.200s\ngot %swant %s", file, s.text, told(found), s.name)
		}
		t.Logf("%s: %d of %d", file, right, len(all))
	}
}

// names reports whether the first finding is one of those that the sample's name allows: "cause|cause/service". "none" is
// a healthy text, in which no error may be found.
func (s sample) names(found []Finding) bool {
	if s.name == "none" {
		return !slices.ContainsFunc(found, func(f Finding) bool { return f.Severity == Error })
	}
	if len(found) == 0 {
		return false
	}
	causes, service, _ := strings.Cut(s.name, "/")
	return slices.Contains(strings.Split(causes, "|"), found[0].Cause) && (service == "" || found[0].Args["service"] == service)
}
