package project

import (
	"context"
	"slices"

	"streamtray/app"
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
	UseEmbedded  = "use_embedded" // there is no Docker here: the project's file asks for the built-in Kafka; see config.Embed
	ResetKafka   = "reset_kafka"  // see PlanReset and Reset: it is shown first what would go, and asked about in so many words
	ImportAgain  = "import_again" // of the app's module that hid an error, to see it: whatever it does when imported, it does again
)

// remedy is what can be done about an error and what stands behind it; empty: nothing.
func (p *Project) remedy(err error, cause string) string {
	switch {
	case p.CanStartEngine(err):
		return StartEngine
	case slices.Contains(idsOf(err), docker.NotInstalled):
		return UseEmbedded
	case p.stack != nil && PortsInTheWay(err):
		return FreePort
	case p.stack != nil && cause == "zk-session-expired":
		return RestartKafka
	case p.stack != nil && cause == "cluster-id-mismatch":
		return ResetKafka
	case p.explainer.CanImportAgain(err, cause):
		return ImportAgain
	}
	return ""
}

// Mend carries out a remedy, because the user agreed to it just now: StartEngine, RestartKafka or ImportAgain. Whoever keeps the
// project then goes on. Nothing is deleted.
func (p *Project) Mend(ctx context.Context, remedy string) error {
	switch remedy {
	case StartEngine:
		return p.StartEngine(ctx)
	case RestartKafka:
		return p.stopKafka(ctx)
	case ImportAgain:
		if p.app.Complained() == "" {
			break
		}
		if err := p.gate(ctx); err != nil {
			return err
		}
		return p.explainer.ImportAgain(ctx)
	}
	return usererr.New("project.no_remedy", map[string]any{"Name": remedy}, nil).Terminal()
}

// Behind says what stands behind a step's failure, by all that is known now.
func (p *Project) Behind(ctx context.Context, failed *app.StepError) app.Diagnosis {
	return app.Step{Explain: func(ctx context.Context, err error) app.Diagnosis {
		return p.explainer.Explain(ctx, failed.Step, err)
	}}.Behind(ctx, failed.Err)
}

// stopKafka stops the brokers' containers, and nothing else: keeping the project starts them again.
func (p *Project) stopKafka(ctx context.Context) error {
	if p.stack == nil {
		return usererr.New("project.no_remedy", map[string]any{"Name": RestartKafka}, nil).Terminal()
	}
	brokers := p.servicesOnly(func(role string) bool { return role == diagnose.Broker })
	if len(brokers.Services) == 0 { // none named would mean all
		return usererr.New("project.no_remedy", map[string]any{"Name": RestartKafka}, nil).Terminal()
	}
	if err := p.gate(ctx); err != nil {
		return err
	}
	return brokers.Stop(ctx)
}

// servicesOnly is the project's stack with those wanted services that have such a role in Kafka.
func (p *Project) servicesOnly(of func(role string) bool) *docker.Stack {
	whole := p.stack.Stack
	some := &docker.Stack{Engine: whole.Engine, Dir: whole.Dir, Files: whole.Files, Name: whole.Name, Profiles: whole.Profiles, Env: whole.Env}
	for _, service := range whole.Services {
		if of(p.explainer.Services[service]) {
			some.Services = append(some.Services, service)
		}
	}
	return some
}
