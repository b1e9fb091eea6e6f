package project

import (
	"streamtray/app/config"
	"streamtray/app/detector"
	"streamtray/docker"
	"streamtray/docker/compose"
	"streamtray/kafka"
)

// Anatomy is a project part by part, for whoever examines it. Looking at the parts starts nothing.
type Anatomy struct {
	Stack   *docker.Stack    // nil: no containers
	Compose *compose.Project // nil: no containers
	Report  *compose.Report  // nil: no containers
	Topics  []kafka.Topic    // declared
	Cluster func() (*kafka.Cluster, error)
	Launch  detector.Launch // how the app is started, the flag left out
	Backups string          // the folder for files as they were before StreamTray changed them; it need not exist
}

// Anatomy gives the project's parts.
func (p *Project) Anatomy() Anatomy {
	a := Anatomy{
		Compose: p.compose, Report: p.report, Topics: p.cluster.topics, Cluster: p.cluster.at, Launch: p.launch(), Backups: p.folder("backups"),
	}
	if p.stack != nil {
		a.Stack = p.stack.Stack
	}
	return a
}

// launch is how the first program is started, without what is known only at launch.
func (p *Project) launch() detector.Launch { return p.launches()[0] }

// launches are how the programs are started, as they were agreed to.
func (p *Project) launches() []detector.Launch {
	var all []detector.Launch
	for i, a := range p.Config.Programs() {
		l := p.launchOf(p.Config.Dir, a)
		if run := p.plan.Processes[i]; !run.External {
			l.Command, l.Dir = run.Command, run.Dir
		}
		all = append(all, l)
	}
	return all
}

func (p *Project) launchOf(dir string, a config.App) detector.Launch {
	l := detector.Launch{Command: a.Command, Dir: a.Dir, Project: dir, Log: p.appLogFile(a.Name), Keeper: p.options.Self, Mark: p.channel.Name}
	if a.Name != "" && a.Name != p.Config.App.Name {
		l.Mark += "." + a.Name
	}
	return l
}
