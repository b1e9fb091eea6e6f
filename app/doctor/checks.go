package doctor

import (
	"time"

	"streamtray/app/pycheck"
)

const (
	soon = 5 * time.Second  // a look at this computer, or a ping
	some = 15 * time.Second // some questions to an engine or a cluster
	long = time.Minute      // another program has to start, or a registry to be asked
)

// checks are all there are, in the order of results: what stands on something comes after it.
func (s *Subject) checks() []check {
	project := []string{"project.opens"}
	engine := []string{"engine.mode"}
	stack := []string{"engine.mode", "project.opens"}
	broker := []string{"broker.answers"}
	python := []string{"python.interpreter"}
	code := &code{s: s}
	return []check{
		{"engine.context", nil, soon, s.context},
		{"project.opens", nil, soon, s.opens},
		{"engine.running", []string{"engine.context"}, soon, s.running},
		{"engine.version", []string{"engine.running"}, some, s.version},
		{"engine.mode", []string{"engine.version"}, soon, s.mode},
		{"engine.memory", engine, some, s.memory},
		{"disk.host", nil, soon, s.hostDisk},
		{"disk.engine", engine, long, s.engineDisk},
		{"compose.client", nil, long, s.client},
		{"compose.file", project, soon, s.file},
		{"images.present", stack, long, s.images},
		{"ports.free", project, some, s.portsFree},
		{"ports.reserved", project, soon, s.portsReserved},
		{"hosts.file", nil, soon, s.hostsFile},
		{"hosts.localhost", nil, soon, s.localhost},
		{"proxy.environment", nil, soon, s.proxy},
		{"proxy.engine", engine, some, s.engineProxy},
		{"clock.engine", engine, some, s.clock},
		{"containers.running", stack, some, s.containers},
		{"broker.answers", s.under(), some, s.broker},
		{"topics.exist", broker, some, s.topics},
		{"groups.read", broker, some, s.groups},
		{"app.program", nil, soon, s.described(s.program)},
		{"python.interpreter", nil, soon, s.described(s.interpreter)},
		{"python.imports", python, long, s.imports},
		{"python.encoding", nil, soon, s.encoding},
		{codeReadable, python, long, code.readable},
		{pycheck.Topic, python, long, code.has(pycheck.Topic)},
		{pycheck.Logging, python, long, code.has(pycheck.Logging)},
		{pycheck.Flag, python, long, code.has(pycheck.Flag)},
		{"code.address", nil, soon, s.described(s.address)},
		{"flag.effective", nil, some, s.described(s.flag)},
		{"app.failures", project, soon, s.failures},
		{"app.producer", project, soon, s.producer},
	}
}

// under is what the project's Kafka stands on: containers, or nothing that can be looked at from here.
func (s *Subject) under() []string {
	if s.parts.Stack != nil {
		return []string{"project.opens", "containers.running"}
	}
	return []string{"project.opens"}
}
