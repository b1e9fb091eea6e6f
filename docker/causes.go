package docker

import (
	"maps"
	"strings"

	"streamtray/internal/lazyregexp"
)

// cause is a way in which compose is known not to come through. Texts are those that compose, the engine and the Go
// runtime inside them write in English on every system, never those that Windows translates. Named groups of the
// pattern become values of the sentence.
type cause struct {
	id      string
	pattern *lazyregexp.Regexp
	final   bool // trying again cannot help until somebody acts
}

// causes are tried in this order on the whole tail: what lies deeper comes first, a mere symptom last.
var causes = []cause{
	{NotRunning, re(`Cannot connect to the Docker daemon|failed to connect to the docker API|Couldn't connect to Docker daemon|Error while fetching server API version`), false},
	{AccessDenied, re(`permission denied while trying to connect to the [Dd]ocker`), true},
	{DiskFull, re(`no space left on device`), true},
	{PortAllocated, re(`Bind for \S*?:(?P<Port>\d+) failed: port is already allocated`), true},
	{PortInUse, re(`(?:listen (?:tcp|udp)[46]? |failed to bind host port (?:for )?)\S*?:(?P<Port>\d+)[:/ ].*address already in use`), true},
	{PortUnavailable, re(`[Pp]orts are not available: (?:exposing port \S+ )?(?:listen \S+ )?\S*?:(?P<Port>\d+)`), true},
	{NameConflict, re(`container name "/?(?P<Container>[^"]+)" is already in use`), true},
	{RateLimit, re(`toomanyrequests|reached your (?:unauthenticated )?pull rate limit`), false},
	{CredentialHelper, re(`error getting credentials|exec: "(?P<Program>docker-credential-[^"]+)"`), true},
	{ImagePlatform, re(`image operating system .* cannot be used|no matching manifest for (?P<Platform>\S+)`), true},
	{ImageDenied, re(`pull access denied for (?P<Image>[^\s,]+)`), true},
	{ImageNotFound, re(`manifest for (?P<Image>\S+) not found|failed to resolve reference "(?P<Image>[^"]+)": .*not found|[Nn]o such image:? "?(?P<Image>[^\s"]+)|manifest unknown`), true},
	{RegistryUntrusted, re(`x509: `), true},
	{RegistryUnreachable, re(`dial tcp: lookup (?P<Registry>\S+)|(?:Get|Head) "?https?://(?P<Registry>[^/"]+)/v2/.*(?i:timeout|refused|EOF|deadline|reset|unreachable|no such host)`), false},
	{BindMount, re(`bind (?:mount )?source path does not exist: (?P<Path>\S.*)`), true},
	{NetworkExternal, re(`network (?P<Network>\S+) declared as external, but could not be found`), true},
	{NetworkGone, re(`network \S+ not found`), true},
	{VolumeExternal, re(`external volume "(?P<Volume>[^"]+)" not found`), true},
	{ComposeNoFile, re(`no configuration file provided|open (?P<File>.*\.ya?ml): |[Nn]o such file or directory: '(?P<File>[^']*\.ya?ml)'|find a suitable configuration file`), true},
	{EnvFileMissing, re(`env file (?P<File>.+?) not found`), true},
	{VariableMissing, re(`required variable (?P<Variable>\S+) is missing a value|Missing mandatory value for .* interpolating \$\{(?P<Variable>\w+)`), true},
	{ServiceUnknown, re(`no such service: (?P<Service>\S+)|No such service: (?P<Service>\S+)`), true},
	{ProjectNameInvalid, re(`invalid project name`), true},
	{ComposeInvalid, re(`validating .*: |yaml: |failed to parse |yaml\.\w+\.\w+Error|invalid (?:compose project|interpolation|spec|type|reference)|must be a mapping|empty compose file|depends on undefined|refers to undefined|neither an image nor a build|is invalid because|additional propert|unsupported config option`), true},
	{DependencyFailed, re(`container (?P<Name>\S+) (?:is unhealthy|exited \(\d+\))|service "(?P<Name>[^"]+)" didn't complete successfully`), false},
}

func re(pattern string) *lazyregexp.Regexp { return lazyregexp.New(pattern) }

// causeOf names why compose ended badly by what it said last; args are the facts known anyhow. Err is always ended.
func causeOf(tail []string, args facts, ended *ComposeError) *Error {
	text := strings.Join(tail, "\n")
	for _, c := range causes {
		found := c.pattern.FindStringSubmatch(text)
		if found == nil {
			continue
		}
		named := maps.Clone(args)
		for i, group := range c.pattern.SubexpNames() {
			if group == "" {
				continue
			}
			if old, ok := named[group].(string); !ok || old == "" {
				named[group] = strings.TrimRight(found[i], ".:,")
			}
		}
		return &Error{ID: c.id, Args: named, Err: ended, Stop: c.final}
	}
	return fault(ComposeFailed, args, ended)
}

// decisive is the line of a client's output that says why: the last that is neither a warning nor a pointer to help.
func decisive(tail []string) string {
	for i := len(tail) - 1; i >= 0; i-- {
		low := strings.ToLower(tail[i])
		if strings.HasPrefix(low, "warn") || strings.HasPrefix(low, "time=") && strings.Contains(low, "level=warn") ||
			strings.HasPrefix(low, "info") || strings.HasPrefix(low, "see '") || strings.HasPrefix(low, "run '") {
			continue
		}
		return tail[i]
	}
	return ""
}
