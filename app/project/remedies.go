package project

import (
	"context"

	"streamtray/app/diagnose"
	"streamtray/docker"
	"streamtray/internal/usererr"
)

// What this program can do about a failure once the user agreed; app.Diagnosis names them. Each has a text for a button,
// "view.fix."+name, and one that says what it costs, with ".cost" behind it.
const (
	StartEngine  = "start_engine"
	FreePort     = "free_port" // see Offer and Accept: it is shown first what would change
	RestartKafka = "restart_kafka"
)

// remedy is what can be done about an error and what stands behind it; empty: nothing.
func (p *Project) remedy(err error, cause string) string {
	switch {
	case p.CanStartEngine(err):
		return StartEngine
	case p.stack != nil && PortsInTheWay(err):
		return FreePort
	case p.stack != nil && cause == "zk-session-expired":
		return RestartKafka
	}
	return ""
}

// Mend carries out a remedy, because the user agreed to it just now: StartEngine or RestartKafka. Whoever keeps the
// project then goes on. Nothing is deleted.
func (p *Project) Mend(ctx context.Context, remedy string) error {
	switch remedy {
	case StartEngine:
		return p.StartEngine(ctx)
	case RestartKafka:
		return p.stopKafka(ctx)
	}
	return usererr.New("project.no_remedy", map[string]any{"Name": remedy}, nil).Terminal()
}

// stopKafka stops the brokers' containers, and nothing else: keeping the project starts them again.
func (p *Project) stopKafka(ctx context.Context) error {
	if p.stack == nil {
		return usererr.New("project.no_remedy", map[string]any{"Name": RestartKafka}, nil).Terminal()
	}
	whole := p.stack.Stack
	brokers := &docker.Stack{Engine: whole.Engine, Dir: whole.Dir, Files: whole.Files, Name: whole.Name, Profiles: whole.Profiles, Env: whole.Env}
	for _, service := range whole.Services {
		if p.clues.services[service] == diagnose.Broker {
			brokers.Services = append(brokers.Services, service)
		}
	}
	if len(brokers.Services) == 0 { // none named would mean all
		return usererr.New("project.no_remedy", map[string]any{"Name": RestartKafka}, nil).Terminal()
	}
	if err := p.gate(ctx); err != nil {
		return err
	}
	return brokers.Stop(ctx)
}
