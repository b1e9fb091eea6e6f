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

// launch is how the app is started, without what is known only at launch.
func (p *Project) launch() detector.Launch {
	l := p.launchOf(p.Config)
	if p.external() {
		return l
	}
	l.Command, l.Dir = p.plan.Processes[0].Command, p.plan.Processes[0].Dir
	return l
}

func (p *Project) launchOf(c config.Project) detector.Launch {
	return detector.Launch{Command: c.App.Command, Dir: c.App.Dir, Project: c.Dir, Log: p.appLogFile(), Keeper: p.options.Self, Mark: p.channel.Name}
}
