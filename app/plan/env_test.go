package plan

import (
	"slices"
	"testing"

	"streamtray/app/config"
)

func TestAVariableIsShownWithThePartOfTheAddressThatItWillHold(t *testing.T) {
	k := Known{Config: config.Project{Kafka: config.Kafka{Env: "BROKERS", HostEnv: "BROKER_HOST", PortEnv: "BROKER_PORT"}}}
	shown := func() (lines []string) {
		for _, v := range env(k, config.App{}) {
			lines = append(lines, v.line())
		}
		slices.Sort(lines)
		return lines
	}
	if got, want := shown(), []string{"BROKERS=<host:port>", "BROKER_HOST=<host>", "BROKER_PORT=<port>"}; !slices.Equal(got, want) {
		t.Errorf("before Kafka runs: got %q, want %q", got, want)
	}
	k.Bootstrap = []string{"localhost:9092"}
	if got, want := shown(), []string{"BROKERS=localhost:9092", "BROKER_HOST=localhost", "BROKER_PORT=9092"}; !slices.Equal(got, want) {
		t.Errorf("with Kafka's address: got %q, want %q", got, want)
	}
}
