package doctor

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"time"

	"streamtray/app"
	"streamtray/app/project"
	"streamtray/kafka"
)

// broker checks readiness: from a port that accepts connections to a coordinator that answers.
func (s *Subject) broker(ctx context.Context) Result {
	k, err := s.parts.Cluster()
	if err != nil {
		return s.ofRunning(err)
	}
	l := k.CheckReadiness(ctx)
	f := passed("doctor.broker.answers.ok", args{"Addr": strings.Join(k.Bootstrap, ", "), "Brokers": len(l.Brokers)})
	if err := l.Err(); err != nil {
		f = fromError(err)
	}
	for _, r := range l.Checks {
		if r.Err == nil {
			f = f.with(proof(r))
		}
	}
	return f
}

// ofRunning tells an error of what runs only while the project does: where nobody started that, it is no problem.
func (s *Subject) ofRunning(err error) Result {
	if !project.Unkept(err) {
		return fromError(err)
	}
	if s.kept && s.state.Want.Up {
		return fromError(err).can(Up)
	}
	return skip("doctor.not_started", nil).can(Up)
}

func proof(r kafka.Check) app.Note {
	a := maps.Clone(r.Proof.Args)
	if a == nil {
		a = args{}
	}
	a["Took"] = fmt.Sprintf("%.1f ms", float64(r.Took)/float64(time.Millisecond))
	return app.Note{ID: r.Proof.ID, Args: a}
}

// topics compares the declared topics with the cluster.
func (s *Subject) topics(ctx context.Context) Result {
	plan, err := s.Project.PlanTopics(ctx)
	if err != nil {
		return fromError(err)
	}
	if len(plan) == 0 {
		return skip("doctor.topics.exist.none", nil)
	}
	var names, missing []string
	var differ []project.Topic
	for _, t := range plan {
		names = append(names, t.Name)
		switch {
		case t.Err != nil:
			return fromError(t.Err)
		case t.State == string(kafka.Create):
			missing = append(missing, t.Name)
		case t.State != string(kafka.Same):
			differ = append(differ, t)
		}
	}
	switch {
	case len(missing) > 0:
		return s.missing(ctx, missing)
	case len(differ) > 0:
		f := problem("doctor.topics.exist.differ", args{"Topic": differ[0].Name}).asWarning()
		for _, t := range differ {
			f = f.with(t.Note)
		}
		return f
	}
	return passed("doctor.topics.exist.ok", args{"Topics": strings.Join(names, ", ")})
}

// missing tells of topics that do not exist: less of a problem where Kafka creates them by itself.
func (s *Subject) missing(ctx context.Context, names []string) Result {
	a := args{"Topics": strings.Join(names, ", ")}
	k, err := s.parts.Cluster()
	if err != nil {
		return fromError(err)
	}
	if auto, err := k.AutoCreates(ctx); err == nil && auto {
		return problem("doctor.topics.exist.auto", a).asWarning().can(Up)
	}
	return problem("doctor.topics.exist.missing", a).can(Up)
}

// groups looks for readers that fell away while there was more to read.
func (s *Subject) groups(ctx context.Context) Result {
	all, err := s.Project.Groups(ctx)
	if err != nil {
		return fromError(err)
	}
	if len(all) == 0 {
		return passed("doctor.groups.read.none", nil)
	}
	var left []app.Note
	for _, g := range all {
		if g.Members == 0 && g.Behind() > 0 {
			left = append(left, app.Note{ID: "doctor.groups.read.left", Args: args{"Group": g.Name, "Behind": g.Behind()}})
		}
	}
	if len(left) > 0 {
		f := problem("doctor.groups.read.left", left[0].Args).asWarning()
		return f.with(left[1:]...)
	}
	return passed("doctor.groups.read.ok", args{"Count": len(all)})
}

// What two clocks may differ by.
const (
	goodSkew = 5 * time.Second
	mostSkew = 5 * time.Minute
)

// clock compares this computer's clock with the engine's, which its containers share. A virtual machine falls behind
// when the computer sleeps.
func (s *Subject) clock(ctx context.Context) Result {
	before := time.Now()
	in, err := s.engine.Info(ctx)
	if err != nil {
		return fromError(err)
	}
	after := time.Now()
	if in.Time.IsZero() {
		return skip("doctor.clock.engine.untold", nil)
	}
	skew := in.Time.Sub(before.Add(after.Sub(before) / 2)).Abs()
	skew = max(0, skew-after.Sub(before)/2) // somewhere in between it was asked
	a := args{"Seconds": fmt.Sprintf("%.0f", skew.Seconds())}
	switch {
	case skew >= mostSkew:
		return problem("doctor.clock.engine.skew", a)
	case skew >= goodSkew:
		return problem("doctor.clock.engine.skew", a).asWarning()
	}
	return passed("doctor.clock.engine.ok", nil)
}
