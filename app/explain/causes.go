package explain

import (
	"errors"
	"fmt"
	"net"
	"strings"

	"streamtray/app"
	"streamtray/app/detector"
	"streamtray/app/diagnose"
	"streamtray/app/ports"
	"streamtray/app/story"
	"streamtray/docker"
	"streamtray/docker/compose"
	"streamtray/internal/usererr"
	"streamtray/kafka"
)

// cause is what diagnose calls the cause of an error of ours.
type cause struct {
	class, where string
	weak         bool // it may pass by itself, or a log may say more: not reported before the step failed
}

// causes gives, for the id of an error of ours, its cause. These need no log: the package that made the error knows the
// cause by an errno, an HTTP status or a protocol's error code.
var causes = map[string]cause{
	docker.NotRunning:          {class: "daemon-not-running", where: diagnose.Engine},
	docker.StartByHand:         {class: "daemon-not-running", where: diagnose.Engine},
	docker.DesktopNotStarted:   {class: "daemon-not-running", where: diagnose.Engine},
	docker.NotInstalled:        {class: "docker-missing", where: diagnose.Engine},
	docker.AccessDenied:        {class: "pipe-access-denied", where: diagnose.Engine},
	docker.Starting:            {class: "engine-starting-500", where: diagnose.Engine},
	docker.Hung:                {class: "engine-hung", where: diagnose.Engine},
	docker.WindowsContainers:   {class: "image-platform", where: diagnose.Engine},
	docker.TooOld:              {class: "api-version", where: diagnose.Engine},
	docker.TooNew:              {class: "api-version", where: diagnose.Engine},
	docker.DiskFull:            {class: "disk-full", where: diagnose.Engine},
	docker.PortAllocated:       {class: "port-allocated", where: diagnose.Engine},
	docker.PortInUse:           {class: "port-in-use-host", where: diagnose.Engine},
	docker.NameConflict:        {class: "name-conflict", where: diagnose.Engine},
	docker.ImageNotFound:       {class: "image-not-found", where: diagnose.Engine},
	docker.ImageDenied:         {class: "image-access-denied", where: diagnose.Engine},
	docker.ImagePlatform:       {class: "image-platform", where: diagnose.Engine},
	docker.RateLimit:           {class: "rate-limit", where: diagnose.Engine},
	docker.RegistryUntrusted:   {class: "tls-untrusted", where: diagnose.Engine},
	docker.RegistryUnreachable: {class: "registry-network", where: diagnose.Engine},
	docker.BindMount:           {class: "bind-mount", where: diagnose.Engine},
	docker.ServiceOOM:          {class: "oom-killed", where: diagnose.Engine},
	docker.CredentialHelper:    {class: "credential-helper", where: diagnose.Compose},
	docker.ComposeMissing:      {class: "compose-plugin-missing", where: diagnose.Compose},
	docker.ComposeInvalid:      {class: "compose-invalid", where: diagnose.Compose, weak: true}, // compose's own line says what is invalid
	docker.ComposeNoFile:       {class: "compose-no-file", where: diagnose.Compose},
	docker.ProjectNameInvalid:  {class: "compose-project-name", where: diagnose.Compose},
	docker.EnvFileMissing:      {class: "compose-interpolation", where: diagnose.Compose},
	docker.VariableMissing:     {class: "compose-interpolation", where: diagnose.Compose},
	docker.ServiceUnknown:      {class: "compose-reference", where: diagnose.Compose},
	docker.NetworkExternal:     {class: "network-missing", where: diagnose.Compose},
	docker.NetworkGone:         {class: "network-missing", where: diagnose.Compose},
	docker.VolumeExternal:      {class: "volume-external-missing", where: diagnose.Compose},
	docker.DependencyFailed:    {class: "dependency-failed", where: diagnose.Compose, weak: true},

	"project.engine_absent":    {class: "engine-starting-500", where: diagnose.Engine},
	"project.engine_proxy":     {class: "engine-starting-500", where: diagnose.Engine},
	"project.engine_machine":   {class: "engine-starting-500", where: diagnose.Engine},
	"project.engine_silent":    {class: "engine-starting-500", where: diagnose.Engine},
	"project.engine_late":      {class: "engine-starting-500", where: diagnose.Engine},
	"project.port_container":   {class: "port-allocated", where: diagnose.Engine},
	"project.app_port":         {class: "app-port", where: diagnose.App},
	"project.app_port_unknown": {class: "app-port", where: diagnose.App},
	ports.Taken:                {class: "port-in-use-host", where: diagnose.Engine},
	ports.TakenUnknown:         {class: "port-in-use-host", where: diagnose.Engine},
	ports.TakenBySystem:        {class: "port-reserved-windows", where: diagnose.Engine},
	kafka.PortTaken:            {class: "port-in-use-host", where: diagnose.Engine},
	kafka.PortReserved:         {class: "port-reserved-windows", where: diagnose.Engine},

	// Found in the compose file: its Kafka cannot be used from this computer.
	compose.InternalNameOnly.ID(): {class: "advertised-unreachable", where: diagnose.Client},
	compose.Crossed.ID():          {class: "advertised-unreachable", where: diagnose.Client},
	compose.FixedIP.ID():          {class: "advertised-unreachable", where: diagnose.Client},
	compose.PortMismatch.ID():     {class: "advertised-unreachable", where: diagnose.Client},
	compose.NoAdvertised.ID():     {class: "advertised-unreachable", where: diagnose.Client},
	compose.EmptyHost.ID():        {class: "listener-misconfigured", where: diagnose.Broker},
	compose.BoundToLoopback:       {class: "listener-misconfigured", where: diagnose.Broker},
	compose.RefusedVariable:       {class: "missing-env", where: diagnose.Broker},
	compose.ListenersMissing:      {class: "missing-env", where: diagnose.Broker},
	compose.KeeperMissing:         {class: "missing-env", where: diagnose.Broker},
	compose.BetweenUnknown:        {class: "listener-names", where: diagnose.Broker},

	kafka.Refused:        {class: "broker-refused", where: diagnose.Client, weak: true},
	kafka.Unreachable:    {class: "broker-refused", where: diagnose.Client, weak: true},
	kafka.ConnectTimeout: {class: "broker-refused", where: diagnose.Client, weak: true},
	kafka.Closed:         {class: "broker-refused", where: diagnose.Client, weak: true},
	kafka.Silent:         {class: "broker-refused", where: diagnose.Client, weak: true},
	kafka.NoBrokers:      {class: "no-brokers", where: diagnose.Client, weak: true},
	kafka.NoController:   {class: "controller-unavailable", where: diagnose.Client, weak: true},
	kafka.UnknownHost:    {class: "bootstrap-unresolvable", where: diagnose.Client},
	kafka.Advertised:     {class: "advertised-unreachable", where: diagnose.Client},
	kafka.AdvertisedName: {class: "advertised-unreachable", where: diagnose.Client},
	kafka.TLSNeeded:      {class: "tls-plaintext-mismatch", where: diagnose.Client},
	kafka.TLSNotSpoken:   {class: "tls-plaintext-mismatch", where: diagnose.Client},
	kafka.TLSUntrusted:   {class: "tls-cert", where: diagnose.Client},
	kafka.TLSWrongName:   {class: "tls-cert", where: diagnose.Client},
	kafka.TLSExpired:     {class: "tls-cert", where: diagnose.Client},
	kafka.SASLNeeded:     {class: "sasl-auth", where: diagnose.Client},
	kafka.SASLMechanism:  {class: "sasl-auth", where: diagnose.Client},
	kafka.SASLFailed:     {class: "sasl-auth", where: diagnose.Client},
	kafka.TopicMissing:   {class: "unknown-topic", where: diagnose.Client, weak: true},
	kafka.TopicReplicas:  {class: "replication-factor", where: diagnose.Client},

	detector.PythonNotFound:  {class: "python-not-found", where: diagnose.App},
	detector.CommandNotFound: {class: "python-not-found", where: diagnose.App},
	detector.VenvBroken:      {class: "venv-missing", where: diagnose.App},
	detector.InitHidden:      {class: "log-format-bug", where: diagnose.App},
	detector.InitUnsaid:      {class: "producer-init", where: diagnose.App},
}

// notBegun are the errors of a step that was not begun yet. There is no cause to look for.
var notBegun = map[string]bool{
	docker.ProjectMissing: true, docker.ServiceMissing: true, docker.ServiceCreated: true, docker.ServiceStopped: true,
	"project.changed": true, "project.untrusted": true, // what the log holds is of a run before
	"project.drift": true, "project.embedded_stopped": true, "project.flag_not_set": true, "project.no_flow": true,
	detector.NotRunning: true, kafka.TopicMissing: true,
}

// classified is what the errors of ours in an error's tree say.
type classified struct {
	measured []diagnose.Measured
	weak     bool   // all causes are
	notBegun bool   // all errors are
	late     bool   // the step's time is up
	first    string // the cause of the outermost error, which the step's own text names; empty: it has none
	ids      map[string]bool
	args     map[string]map[string]any // by id, of the first of each
}

// classify collects the errors of ours in err's tree, the outermost first.
func classify(err error) classified {
	r := classified{weak: true, notBegun: true, ids: map[string]bool{}, args: map[string]map[string]any{}}
	explained := map[usererr.Teller]bool{} // errors inside of one with a known cause, which says more than they do
	for t := range usererr.All(err) {
		id, args := t.Message()
		if r.ids[id] {
			continue
		}
		if len(r.ids) == 0 {
			r.first = causes[id].class
		}
		r.ids[id], r.args[id] = true, args
		r.notBegun = r.notBegun && notBegun[id]
		c, known := causes[id]
		if !known || explained[t] || id == detector.CommandNotFound && !strings.HasPrefix(fmt.Sprint(args["Name"]), "py") {
			continue
		}
		for i := range usererr.All(t) {
			explained[i] = true
		}
		r.weak = r.weak && c.weak
		r.measured = append(r.measured, diagnose.Measured{Cause: c.class, Where: c.where, Said: t.Error(), Args: values(args)})
	}
	r.late = errors.Is(err, app.ErrTooLong)
	r.notBegun = r.notBegun && len(r.ids) > 0 && !r.late
	return r
}

// saysItAll reports whether the step's own text is the explanation: a container is paused, a file is gone, or a topic differs
// from what is declared. A log is older than that and could only mislead.
func (r classified) saysItAll(step string) bool {
	if r.ids[docker.ServicePaused] || r.ids["project.file_gone"] || r.ids["project.env_file_gone"] {
		return true
	}
	for id := range r.ids {
		if step == story.StepTopics && strings.HasPrefix(id, "kafka.topic_") && causes[id].class == "" {
			return true
		}
	}
	return false
}

// values are an error's values as the texts of diagnose name them.
func values(args map[string]any) map[string]string {
	v := map[string]string{}
	for k, a := range args {
		if s := fmt.Sprint(a); s != "" {
			v[strings.ToLower(k)] = s
		}
	}
	if v["addr"] == "" && v["host"] != "" && v["port"] != "" {
		v["addr"] = net.JoinHostPort(v["host"], v["port"])
	}
	for from, to := range map[string]string{"container": "name", "service": "name", "variable": "name", "file": "path", "where": "place"} {
		if v[to] == "" && v[from] != "" {
			v[to] = v[from]
		}
	}
	return v
}
