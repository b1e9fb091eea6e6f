package project

import (
	"context"
	"maps"
	"net"
	"path/filepath"
	"strconv"
	"strings"

	"streamtray/app/config"
	"streamtray/app/detector"
	"streamtray/app/facts"
	"streamtray/docker/compose"
	"streamtray/internal/cmdline"
	"streamtray/internal/lazyregexp"
)

// Advice are the values that advice about the project that dir belongs to is filled with, by the names that package
// diagnose gives them. What is not known is missing; where there is no project, all is. Nothing of it is run.
func Advice(ctx context.Context, dir string, environ []string) map[string]string {
	c, err := config.Open(dir)
	if err != nil || c.File == "" && len(c.Compose.Files) == 0 {
		return nil
	}
	var model *compose.Project
	var report *compose.Report
	if len(c.Compose.Files) > 0 && !c.Compose.Guessed {
		if p, err := compose.Load(ctx, compose.Options{Dir: c.Dir, Files: c.Compose.Files, Env: environment(environ)}); err == nil {
			model, report = p, compose.Inspect(p)
		}
	}
	values := valuesOf(c, model, report)
	addPython(values, c, environ)
	if c.File != "" && values["variable"] == "" {
		found := facts.Find(ctx, c.Dir)
		for _, f := range found.All() {
			if name, ok := f.Value.(string); ok && f.Sure && f.What == facts.AddressVar && f.Role == facts.Whole {
				values["variable"] = name
			}
		}
	}
	return values
}

// advice are the same values of a project that is open.
func (p *Project) advice() map[string]string {
	values := valuesOf(p.Config, p.compose, p.report)
	addPython(values, p.Config, p.options.Environ)
	return values
}

func valuesOf(c config.Project, model *compose.Project, report *compose.Report) map[string]string {
	v := map[string]string{}
	if len(c.Compose.Files) > 0 && !c.Compose.Guessed {
		v["compose"] = composeCommand(c)
	}
	if _, given := c.Given["kafka.env"]; given {
		v["variable"] = c.Kafka.Env
	}
	if _, given := c.Given["streaming.env"]; given {
		v["flag"] = c.Streaming.Env
	}
	if len(c.Kafka.Bootstrap) > 0 {
		v["address"] = c.Kafka.Bootstrap[0]
	}
	if report != nil {
		if len(report.Bootstrap) > 0 {
			v["address"] = report.Bootstrap[0]
		}
		for _, s := range report.Services {
			switch {
			case s.Role == compose.Broker && v["kafka"] == "":
				v["kafka"] = s.Name
			case s.Role == compose.ZooKeeper && v["zookeeper"] == "":
				v["zookeeper"] = s.Name
			}
		}
	}
	addPorts(v, model)
	if v["between"] == v["listen"] { // containers were told the one for this computer
		v["between"] = ""
	}
	if v["between"] == "" && v["listen"] == "29092" { // what diagnose takes for the other one
		v["between"] = "9092"
	}
	maps.DeleteFunc(v, func(_, value string) bool { return value == "" })
	if c.Kafka.Mode != config.Docker && len(c.Compose.Files) == 0 {
		v["compose"] = "" // there is none to be called
	}
	return v
}

// addPython adds the app's interpreter, as it is typed in the project's folder. Nothing is to be installed into a Python of
// the whole computer: where the project has no environment, "venv" is the command that makes one at its usual place, and
// "appcommand" what streamtray.yaml has to say for it to be used.
func addPython(v map[string]string, c config.Project, environ []string) {
	l := detector.Launch{Command: c.App.Command, Dir: c.App.Dir, Project: c.Dir}
	found, argv, _, err := l.Interpreter(environ)
	switch {
	case err != nil:
	case found.Home != "":
		if rel, err := filepath.Rel(c.Dir, found.Path); err == nil && filepath.IsLocal(rel) {
			found.Path = rel
		}
		v["python"] = cmdline.Quoted(found.Path)
	case found.Manager == "":
		argv[0] = cmdline.Quoted(argv[0])
		v["venv"] = strings.Join(argv, " ") + " -m venv .venv"
		if own := l.Unpinned(); own != nil {
			v["appcommand"] = "app: {command: " + config.List(own) + "}  # " + config.FileName
		}
	}
}

// givenOut is an address that Kafka gives out.
var givenOut = lazyregexp.New(`://([\w.-]+):(\d+)`)

// addPorts adds who publishes each port, the container's port behind the address, and the one that containers are sent to.
func addPorts(v map[string]string, model *compose.Project) {
	if model == nil {
		return
	}
	_, address, _ := net.SplitHostPort(v["address"])
	for _, s := range model.Services {
		for _, port := range model.HostPorts([]string{s.Name}) {
			v["service of port "+strconv.Itoa(port.Port)] = s.Name
		}
		for name, value := range s.Environment {
			for _, m := range givenOut.FindAllStringSubmatch(value, -1) {
				if strings.HasSuffix(name, "ADVERTISED_LISTENERS") && s.Name == v["kafka"] && m[1] == s.Name {
					v["between"] = m[2]
				}
			}
		}
		for _, port := range s.Ports {
			if s.Name == v["kafka"] && address != "" && address == strconv.Itoa(port.Host) {
				v["listen"] = strconv.Itoa(port.Container)
			}
		}
	}
}

// composeCommand is how a person calls compose for the project, in its folder.
func composeCommand(c config.Project) string {
	command := "docker compose"
	for _, f := range c.Compose.Files {
		if rel, err := filepath.Rel(c.Dir, f); err == nil {
			f = rel
		}
		command += " -f " + cmdline.Quoted(f)
	}
	return command
}
