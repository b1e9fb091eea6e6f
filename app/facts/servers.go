package facts

import (
	"slices"
	"strconv"
	"strings"

	"streamtray/app/pyast"
	"streamtray/internal/cmdline"
)

// naming is how a program that runs a project's code is told which.
type naming int

const (
	notTold  naming = iota // it is no program, but a package
	byModule               // module:attribute
	byOption               // --app or -A
	byScript               // a path
)

// server is a program that runs a project's code, or a package with a call that opens a web server.
type server struct {
	by     naming
	web    bool   // the program is a web server
	port   int    // it listens on where nobody says otherwise; 0: not known
	option string // tells the program another one; empty: none is known
	calls  bool   // the package has a call that opens a server
	alone  bool   // a module without an attribute will do
}

var servers = map[string]server{
	"uvicorn":        {by: byModule, web: true, port: 8000, option: "--port", calls: true},
	"hypercorn":      {by: byModule, web: true, port: 8000, option: "--port", calls: true, alone: true},
	"gunicorn":       {by: byModule, web: true, port: 8000, alone: true},
	"granian":        {by: byModule, web: true, port: 8000, alone: true},
	"daphne":         {by: byModule, web: true, port: 8000},
	"sanic":          {by: byModule, web: true, port: 8000, calls: true},
	"waitress-serve": {by: byModule, web: true, port: 8080},
	"faststream":     {by: byModule},
	"arq":            {by: byModule},
	"bytewax.run":    {by: byModule, alone: true},
	"flask":          {by: byOption, web: true, port: 5000, option: "--port", calls: true},
	"quart":          {by: byOption, web: true, port: 5000, option: "--port", calls: true},
	"litestar":       {by: byOption, web: true, port: 8000},
	"celery":         {by: byOption},
	"faust":          {by: byOption},
	"fastapi":        {by: byScript, web: true, port: 8000, option: "--port"},
	"streamlit":      {by: byScript, web: true, port: 8501, option: "--server.port"},
	"chainlit":       {by: byScript, web: true, port: 8000},
	"gradio":         {by: byScript, web: true, port: 7860, calls: true},
	"panel":          {by: byScript, web: true, port: 5006},
	"bokeh":          {by: byScript, web: true, port: 5006},
	"marimo":         {by: byScript, web: true},
	"aiohttp":        {port: 8080, calls: true},
	"waitress":       {port: 8080, calls: true},
	"werkzeug":       {port: 5000, calls: true},
	"flask_socketio": {port: 5000, calls: true},
	"apiflask":       {port: 5000, calls: true},
	"tornado":        {port: 8888, calls: true},
	"bottle":         {port: 8080, calls: true},
	"dash":           {port: 8050, calls: true},
	"nicegui":        {port: 8080, calls: true},
	"http":           {calls: true},
}

// Runs reports whether a program of this name runs a project's Python code.
func Runs(program string) bool { return servers[program].by != notTold }

// PortOption is by what such a program is told another port; empty: by nothing that is known.
func PortOption(program string) string { return servers[program].option }

// serve finds out where the candidate's web server answers.
func (p *finder) serve(c *candidate) {
	command := c.Command
	if len(command) > 2 && command[0] == "python" && command[1] == "-m" {
		command = command[2:]
	}
	port := 0
	for _, name := range []string{"--port", "-p", "--server.port"} {
		if n, err := strconv.Atoi(cmdline.Value(command, name)); err == nil {
			port = n
		}
	}
	if bind := cmdline.Value(command, "--bind", "-b"); bind != "" {
		if n, err := strconv.Atoi(bind[strings.LastIndexByte(bind, ':')+1:]); err == nil {
			port = n
		}
	}
	if slices.Contains(command, "runserver") {
		c.web = true
		if last := command[len(command)-1]; port == 0 {
			if n, err := strconv.Atoi(last[strings.LastIndexByte(last, ':')+1:]); err == nil {
				port = n
			} else {
				port = servers["uvicorn"].port
			}
		}
	}
	if port == 0 {
		port = servers[command[0]].port
	}
	if c.source != nil && command[0] == "python" && !slices.Contains(command, "runserver") {
		listens, is := p.listens(c.source)
		c.web = c.web || is
		if port == 0 || !is {
			port = listens
		}
	}
	if port > 0 && c.web {
		c.HTTP = "http://127.0.0.1:" + strconv.Itoa(port) + p.health(c.source)
	}
}

// serving are the calls that open a web server.
var serving = []string{"Config", "run", "run_app", "serve", "run_simple", "listen", "HTTPServer", "ThreadingHTTPServer", "WSGIServer"}

// listens is the port that a program's own code opens a web server on; 0: it is not known.
func (p *finder) listens(s *source) (port int, is bool) {
	for _, r := range p.c.reach(s) {
		for _, name := range serving {
			for _, k := range p.c.calls[name] {
				if k.scope.source != r {
					continue
				}
				usual, is := p.serves(k, name)
				if !is {
					continue
				}
				if arg := portArgument(k.expr, name); arg != nil {
					return p.port(bound{arg, k.scope}), true
				}
				return usual, true
			}
		}
	}
	return 0, false
}

// serves reports whether a call of that name opens a web server, and on which port where it is told none.
func (p *finder) serves(k call, name string) (usual int, is bool) {
	usual = -1
	for module, of := range servers {
		if of.calls && p.c.usesPackage(k.scope.source, module) {
			usual = max(usual, of.port)
		}
	}
	first, _, _ := strings.Cut(k.expr.X.Dotted(), ".")
	framework := p.madeBy(first, k.scope)
	if of := k.expr.X.X; framework == "" && of != nil && of.Kind == pyast.Attr { // service.app.run()
		if m := (&flow{c: p.c}).moduleOf(of.X, k.scope); m != nil {
			framework = p.madeBy(of.Text, m.top)
		}
	}
	if usual < 0 && framework != "" {
		usual = servers[strings.ToLower(framework)].port
	}
	if first == "asyncio" || first == "subprocess" || first == "anyio" || name == "Config" && k.expr.X.Dotted() != "uvicorn.Config" {
		return 0, false
	}
	return usual, usual >= 0
}

// portArgument is the port that a call which opens a web server is given; nil: none.
func portArgument(e *pyast.Expr, name string) *pyast.Expr {
	if arg := e.Arg("port", -1); arg != nil {
		return arg
	}
	switch {
	case name == "run_simple" || name == "run" && len(e.Items) > 1 && e.Keys[1] == "": // host, port
		return e.Arg("", 1)
	case name == "listen":
		return e.Arg("", 0)
	}
	return nil
}

// port is the first port that a value can be; 0: none is known.
func (p *finder) port(b bound) int {
	all, _ := p.c.origins(b)
	for _, o := range all {
		if n, err := strconv.Atoi(o.text); err == nil && n > 0 && n < 1<<16 {
			return n
		}
	}
	return 0
}

// madeBy is the framework of the application that a name in a file holds: made there by a function of the project's, or
// imported from where it is made.
func (p *finder) madeBy(name string, in *scope) string {
	for _, b := range p.c.lookup(name, in) {
		if b.expr == nil || b.expr.Kind != pyast.Call {
			continue
		}
		if f := p.frameworkOf(b.expr, b.scope.source); f != "" {
			return f
		}
		for _, fn := range p.c.functions[b.expr.X.Text] {
			if f := p.makes(fn); f != "" {
				return f
			}
		}
	}
	return ""
}

// healthy are the paths that a server answers on to say that it is well.
var healthy = []string{"/health", "/healthz", "/health/", "/ping", "/ready", "/livez", "/api/health"}

// health is the path of the server's health page; "/" where it has none.
func (p *finder) health(s *source) string {
	if s == nil {
		return "/"
	}
	found := "/"
	for _, r := range p.c.reach(s) {
		pyast.Walk(r.module.Body, func(st *pyast.Stmt) bool {
			for _, d := range st.Decorators {
				if d.Kind != pyast.Call || len(d.Items) == 0 || d.Items[0].Kind != pyast.String {
					continue
				}
				if base := d.X.Dotted(); slices.Contains(healthy, d.Items[0].Text) && (strings.HasSuffix(base, "app.get") || strings.HasSuffix(base, "app.route")) && found == "/" {
					found = d.Items[0].Text
				}
			}
			return true
		})
	}
	return found
}
