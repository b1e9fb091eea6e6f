package compose

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"maps"
	"slices"
	"strings"

	"streamtray/internal/lazyregexp"
)

// Grant is something of this computer, or from elsewhere, that a service's container gets, or that is run for it: what a
// person has to see before they let the service run. What is the attribute as Compose names it (privileged, cap_add,
// devices, secrets, provider), Value what the file says, variables in place.
type Grant struct{ What, Value string }

// harmless are the attributes that give a container nothing of this computer, and those that a Service tells in fields of
// its own. Any other one is a Grant, so that one that Compose learns tomorrow is seen as well.
var harmless = setOf(`attach cap_drop command configs container_name cpu_count cpu_percent cpu_period
	cpu_quota cpu_shares cpus cpuset depends_on deploy dns dns_opt dns_search domainname entrypoint env_file environment
	expose extends external_links extra_hosts healthcheck hostname image init isolation label_file labels links
	mac_address mem_limit mem_reservation mem_swappiness memswap_limit networks oom_kill_disable oom_score_adj
	pids_limit platform ports profiles pull_policy pull_refresh_after read_only restart scale secrets shm_size stdin_open
	stop_grace_period stop_signal storage_opt tmpfs tty ulimits user volumes working_dir develop name blkio_config`)

func setOf(text string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(text) {
		set[w] = true
	}
	return set
}

// grants are what a service gets beyond what its other fields tell.
func (l *loading) grants(service, root *value) []Grant {
	if service == nil || service.kind != dict {
		return nil
	}
	var all []Grant
	add := func(what, text string) {
		if text != "" && text != "false" {
			all = append(all, Grant{what, text})
		}
	}
	for _, key := range slices.Sorted(slices.Values(service.keys)) {
		v := service.at(key)
		switch {
		case key == "build":
			add(key, oneLine(v))
		case key == "network_mode" && !giving(v.str()), key == "logging" && keepsLogs(v.at("driver").str()):
		case !harmless[key] && !strings.HasPrefix(key, "x-"):
			add(key, oneLine(v))
		}
	}
	add("devices", oneLine(service.at("deploy", "resources", "reservations", "devices")))
	for _, list := range [][]string{{"secrets"}, {"configs"}, {"build", "secrets"}} {
		kind := list[len(list)-1]
		for _, name := range used(service.at(list...)) {
			for _, of := range []string{"file", "environment"} {
				if text := root.at(kind, name, of).str(); text != "" {
					add(strings.Join(list, "."), name+": "+of+" "+text)
				}
			}
		}
	}
	for _, name := range used(service.at("volumes")) {
		if v := root.at("volumes", name); v != nil {
			add("volumes", about(name, v, "local", "external", "name")) // one of that name may be another project's
		}
	}
	for _, name := range namesOf(service.at("networks")) {
		if v := root.at("networks", name); v != nil {
			add("networks", about(name, v, "bridge", "external"))
		}
	}
	return all
}

// giving reports whether a network mode lets a container into a network that is not the project's own.
func giving(mode string) bool {
	return !slices.Contains([]string{"", "bridge", "none", "default"}, mode) && !strings.HasPrefix(mode, "service:")
}

// keepsLogs reports whether a driver of logs leaves them on this computer. Others send them to an address.
func keepsLogs(driver string) bool {
	return slices.Contains([]string{"", "json-file", "local", "journald", "none"}, driver)
}

// about tells a volume or a network that is more than its usual driver makes it, or by these keys that others may have made.
func about(name string, v *value, usual string, others ...string) string {
	driver, opts := cmp.Or(v.at("driver").str(), usual), oneLine(v.at("driver_opts"))
	var told []string
	for _, key := range others {
		if text := oneLine(v.at(key)); text != "" && text != "false" {
			told = append(told, key+" "+text)
		}
	}
	if opts != "" {
		told = append(told, opts)
	}
	if driver == usual && len(told) == 0 {
		return ""
	}
	if driver != usual {
		name += " (" + driver + ")"
	}
	return strings.TrimSuffix(name+": "+strings.Join(told, ", "), ": ")
}

// used are the names that a service's list refers to, in the short form ("name:/place") or the long one.
func used(list *value) []string {
	if list == nil {
		return nil
	}
	var names []string
	for _, item := range list.items {
		name := item.at("source").str()
		if name == "" {
			name, _, _ = strings.Cut(item.str(), ":")
		}
		if name != "" {
			names = append(names, name)
		}
	}
	return names
}

func namesOf(v *value) []string {
	if v == nil {
		return nil
	}
	return keyed(v).keys
}

// inherited notes the variables of the caller that a service's environment takes by their bare names.
func (l *loading) inherited(environment *value) {
	if environment == nil {
		return
	}
	for k, v := range keyed(environment).dict {
		if v == nil || v.kind == null {
			l.lookup(k)
		}
	}
}

// oneLine is a value as one line.
func oneLine(v *value) string {
	var b strings.Builder
	tell(&b, v, 0)
	return b.String()
}

// mostTold bounds one text within a value, in bytes; of a longer one the beginning is told, and the whole is hashed. What
// stands behind it is told as well: nothing is hidden by something long before it.
const mostTold = 600

func tell(b *strings.Builder, v *value, depth int) {
	if v == nil {
		return
	}
	switch v.kind {
	case scalar:
		if len(v.text) > mostTold {
			b.WriteString(strings.ToValidUTF8(v.text[:mostTold], "") + "…")
			return
		}
		b.WriteString(v.text)
	case list:
		for i, item := range v.items {
			if i > 0 {
				b.WriteString(", ")
			}
			tell(b, item, depth+1)
		}
	case dict:
		if depth > 0 {
			b.WriteString("{")
		}
		for i, k := range v.keys {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(k + " ")
			tell(b, v.dict[k], depth+1)
		}
		if depth > 0 {
			b.WriteString("}")
		}
	case null:
	}
}

// elsewhere is how a path is written that Compose fetches from another computer: an include, a base, or what is built.
var elsewhere = lazyregexp.New(`(?i)^(oci|https?|git|ssh|git\+ssh|docker-image|oci-layout)://|^github\.com/|^[\w.-]+@[\w.-]+:`)

// elsewhereReason is why what lies on another computer is not looked at here.
const elsewhereReason = "it lies on another computer"

// remote notes a path that Compose would fetch from elsewhere. Nothing is fetched here.
func (l *loading) remote(path string) bool {
	if !elsewhere.MatchString(path) {
		return false
	}
	if !slices.Contains(l.project.Remote, path) {
		l.project.Remote = append(l.project.Remote, path)
	}
	return true
}

// remoteBuild notes what a service is built from elsewhere.
func (l *loading) remoteBuild(service *value) {
	build := service.at("build")
	if build == nil {
		return
	}
	build = under("context", build)
	l.remote(build.at("context").str())
	if more := build.at("additional_contexts"); more != nil {
		m := keyed(more)
		for _, k := range m.keys {
			l.remote(m.dict[k].str())
		}
	}
}

// digest is a hash of all that the files say, joined, with variables in place.
func digest(root *value) string {
	h := sha256.New()
	hash(h, root)
	return hex.EncodeToString(h.Sum(nil)[:16])
}

func hash(h io.Writer, v *value) {
	write := func(s string) { _, _ = io.WriteString(h, s+"\x00") } // a hash takes all
	switch {
	case v == nil || v.kind == null:
		write("null")
	case v.kind == scalar:
		write("s" + v.text)
	case v.kind == list:
		write("[")
		for _, item := range v.items {
			hash(h, item)
		}
		write("]")
	default:
		write("{")
		for _, k := range slices.Sorted(maps.Keys(v.dict)) {
			write(k)
			hash(h, v.dict[k])
		}
		write("}")
	}
}
