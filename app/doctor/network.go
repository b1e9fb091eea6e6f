package doctor

import (
	"bufio"
	"context"
	"maps"
	"net"
	"net/netip"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"streamtray/app/redact"
	"streamtray/docker"
)

// hostsFile looks for lines of the hosts file that lead this project's programs astray.
func (s *Subject) hostsFile(context.Context) Result {
	file, err := os.Open(s.machine.hosts)
	if err != nil {
		return fromError(err)
	}
	defer file.Close()
	line := 0
	scan := bufio.NewScanner(file)
	for scan.Scan() {
		line++
		text, _, _ := strings.Cut(scan.Text(), "#")
		fields := strings.Fields(text)
		if len(fields) < 2 {
			continue
		}
		addr, err := netip.ParseAddr(fields[0])
		if err != nil || addr.IsLoopback() {
			continue
		}
		for _, name := range fields[1:] {
			a := args{"File": s.machine.hosts, "Line": line, "Host": name, "Addr": addr.String()}
			if strings.EqualFold(name, "localhost") {
				return problem("doctor.hosts.file.localhost", a)
			}
			if s.isService(name) {
				return problem("doctor.hosts.file.service", a).asWarning()
			}
		}
	}
	if err := scan.Err(); err != nil {
		return fromError(err)
	}
	return passed("doctor.hosts.file.ok", args{"File": s.machine.hosts})
}

// isService knows the names that the project's containers have among themselves.
func (s *Subject) isService(name string) bool {
	if s.parts.Compose == nil {
		return false
	}
	for _, c := range s.parts.Compose.Services {
		if strings.EqualFold(name, c.Name) || c.Hostname != "" && strings.EqualFold(name, c.Hostname) {
			return true
		}
	}
	return false
}

// localhost looks what that name means here. A trap is a port of Kafka that answers at 127.0.0.1 alone where the name
// means ::1 first, and Kafka or the app is told of by that name: programs then try there, and some of them no further.
func (s *Subject) localhost(ctx context.Context) Result {
	addrs, err := s.machine.lookup(ctx, "localhost")
	if err != nil {
		return problem("doctor.hosts.localhost.unknown", args{"File": s.machine.hosts, "Detail": err.Error()})
	}
	var texts []string
	for i := range addrs {
		addrs[i] = addrs[i].Unmap()
		texts = append(texts, addrs[i].String())
	}
	a := args{"Addrs": strings.Join(texts, ", "), "File": s.machine.hosts}
	if astray := slices.IndexFunc(addrs, func(ip netip.Addr) bool { return !ip.IsLoopback() }); astray >= 0 {
		a["Addr"] = addrs[astray].String()
		return problem("doctor.hosts.localhost.astray", a)
	}
	if len(addrs) > 0 && addrs[0] == netip.IPv6Loopback() {
		for _, p := range s.ports() {
			if s.byName(p) && accepts(ctx, "127.0.0.1", p.number) && !accepts(ctx, "::1", p.number) {
				a["Port"] = p.number
				return problem("doctor.hosts.localhost.ipv6", a).asWarning()
			}
		}
	}
	return passed("doctor.hosts.localhost.ok", a)
}

// byName reports whether the project speaks of a port of Kafka as localhost.
func (s *Subject) byName(p port) bool {
	if p.service == "" {
		return false
	}
	said := append(slices.Collect(maps.Values(s.config.App.Env)), s.config.Kafka.Bootstrap...)
	if s.config.Kafka.Env != "" {
		said = append(said, s.options.Getenv(s.config.Kafka.Env))
	}
	for _, w := range s.wanted() {
		said = slices.AppendSeq(said, maps.Values(w.Environment))
	}
	addr := regexp.MustCompile(`\blocalhost:` + strconv.Itoa(p.number) + `\b`)
	return slices.ContainsFunc(said, addr.MatchString)
}

func accepts(ctx context.Context, host string, port int) bool {
	c, err := (&net.Dialer{Timeout: soon / 5}).DialContext(ctx, "tcp", net.JoinHostPort(host, strconv.Itoa(port)))
	if err != nil {
		return false
	}
	return c.Close() == nil
}

// local are the hosts that no request may go through a proxy for.
var local = []string{"localhost", "127.0.0.1"}

// proxy looks whether this user's proxy variables leave this computer's own addresses alone.
func (s *Subject) proxy(context.Context) Result {
	name, value := s.proxySet()
	if name == "" {
		return passed("doctor.proxy.environment.ok", nil)
	}
	a := args{"Name": name, "Proxy": redact.Text(value)}
	exempt := s.variable("NO_PROXY")
	if slices.ContainsFunc(local, func(host string) bool { return !exempts(exempt, host) }) {
		want := strings.TrimLeft(exempt+",localhost,127.0.0.1,::1", ",")
		a["Command"] = setting("NO_PROXY", want)
		return problem("doctor.proxy.environment.local", a).asWarning()
	}
	return passed("doctor.proxy.environment.exempt", a)
}

// variable is an environment variable that programs read in capitals or in small letters.
func (s *Subject) variable(name string) string {
	if v := s.options.Getenv(name); v != "" {
		return v
	}
	return s.options.Getenv(strings.ToLower(name))
}

// proxySet is the first proxy variable that is set; empty: none.
func (s *Subject) proxySet() (name, value string) {
	for _, name := range []string{"HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"} {
		if v := s.variable(name); v != "" {
			return name, v
		}
	}
	return "", ""
}

// exempts reports whether a NO_PROXY list names the host.
func exempts(list, host string) bool {
	return slices.ContainsFunc(strings.Split(list, ","), func(e string) bool {
		e = strings.TrimSpace(e)
		if e == "*" || strings.EqualFold(e, host) {
			return true
		}
		prefix, err := netip.ParsePrefix(e)
		ip, err2 := netip.ParseAddr(host)
		return err == nil && err2 == nil && prefix.Contains(ip)
	})
}

// engineProxy looks at the proxies of the engine and of the containers that it makes.
func (s *Subject) engineProxy(ctx context.Context) Result {
	in, err := s.engine.Info(ctx)
	if err != nil {
		return fromError(err)
	}
	handed, err := docker.ContainerProxy(s.options.Getenv, s.options.Home)
	if err != nil {
		return fromError(err)
	}
	own := first(in.Proxy)
	a := args{"Proxy": redact.Text(own), "Handed": redact.Text(first(handed))}
	switch name, value := s.proxySet(); {
	case own != "" && in.Desktop && onLoopback(withScheme(own)):
		return problem("doctor.proxy.engine.own", a).asWarning() // inside its virtual machine that is the machine itself
	case first(handed) != "" && handed.No == "":
		return problem("doctor.proxy.engine.handed", a).asWarning()
	case own == "" && name != "" && s.endpoint.Local():
		a["Name"], a["Host"] = name, redact.Text(value)
		return problem("doctor.proxy.engine.none", a).asWarning()
	case own != "":
		return passed("doctor.proxy.engine.set", a)
	}
	return passed("doctor.proxy.engine.ok", nil)
}

func first(p docker.Proxy) string {
	if p.HTTPS != "" {
		return p.HTTPS
	}
	return p.HTTP
}

func withScheme(proxy string) string {
	if strings.Contains(proxy, "://") {
		return proxy
	}
	return "http://" + proxy
}
