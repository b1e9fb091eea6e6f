package diagnose

import (
	"fmt"
	"strings"
	"testing"

	"streamtray/app/testenv"
)

// flood is a log of failures that differ in words, long enough that lines are told apart by their skeleton.
func flood(lines int) string {
	kinds := []string{
		"2026-03-01 10:00:00 ERROR %s: redis.exceptions.ConnectionError: Error 111 connecting to cache-%s:6379. Connection refused.\n",
		"%%3|1795437057.263|FAIL|%s| [thrd:localhost:9092/bootstrap]: localhost:9092/bootstrap: Connect to ipv4#127.0.0.1:9092 failed: Connection refused (after 0ms in state CONNECT) %s\n",
		"2026-03-01 10:00:00 INFO %s is of no interest, nor is %s\n",
		"2026-03-01 10:00:00 ERROR %s went wrong in a way that nobody knows: %s\n",
	}
	var b strings.Builder
	for i := range lines {
		fmt.Fprintf(&b, kinds[i%len(kinds)], uncommon(i), uncommon(i*7919))
	}
	return b.String()
}

// uncommon is a word of letters that no other number has.
func uncommon(i int) string {
	w := "q"
	for ; i > 0; i /= 20 {
		w += string("bcdfghjklmnpqrstvwxz"[i%20])
	}
	return w
}

// What comes after a flood of other failures is found as it is without one, be it never so like one of its lines.
func TestWhatComesAfterAFloodIsFound(t *testing.T) {
	testenv.Unraced(t, "nothing here runs beside something else: the detector has nothing to see, and takes minutes over it")
	before := flood(2 * flooded)
	for _, r := range theBook().written() {
		if after := find(before+r.Sample+"\n", ""); !among(after, r.Code) {
			t.Errorf("%s\nafter a flood got %swant %s among it", r.Sample, told(after), r.Code)
		}
	}
}

func among(found []Finding, code string) bool {
	for _, f := range found {
		if f.Code == code || among(f.Symptoms, code) {
			return true
		}
	}
	return false
}

// A line of a flood that is like thousands before it but for one word takes back, or says, what it would alone.
func TestALineInAFloodIsNotTakenForAnother(t *testing.T) {
	many := func(format string) string {
		var b strings.Builder
		for i := range 4 * flooded {
			fmt.Fprintf(&b, format, uncommon(i))
		}
		return b.String()
	}
	for _, c := range []struct{ name, before, line, cause string }{
		{
			"the advertised address", many("2026-03-01 WARN [%s] Connection to node -1 (localhost/127.0.0.1:9092) could not be established. Broker may not be available.\n"),
			"2026-03-01 WARN [qz] Connection to node 1 (localhost/127.0.0.1:9092) could not be established. Broker may not be available.\n", "advertised-unreachable",
		},
		{"another exit code", many("container %s exited with code 0\n") + flood(4*flooded), "container qz exited with code 3\n", Unknown},
		{
			"another service", many("ERROR %s: connection to redis://cache:6379 failed: Connection refused\n"),
			"ERROR qz: connection to amqp://queue:5672 failed: Connection refused\n", "service-unreachable",
		},
	} {
		found := find(c.before+c.line, "")
		n := 0
		var count func(all []Finding)
		count = func(all []Finding) {
			for _, f := range all {
				if f.Cause == c.cause && (f.Evidence == strings.TrimSpace(c.line) || c.cause == Unknown || strings.Contains(f.Evidence, "qz")) {
					n++
				}
				count(f.Symptoms)
			}
		}
		if count(found); n == 0 {
			t.Errorf("%s: got %swant %s", c.name, told(found), c.cause)
		}
	}
}
