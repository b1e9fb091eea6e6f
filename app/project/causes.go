package project

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"slices"
	"strings"

	"streamtray/app"
	"streamtray/app/diagnose"
	"streamtray/app/story"
	"streamtray/internal/usererr"
)

// cause is what diagnose calls the cause of an error of ours.
type cause struct {
	class, where string
	weak         bool // it may pass by itself, or a log may say more: not reported before the step failed
}

// causes gives, for the id of an error of ours, its cause. These need no log: the package that made the error knows the
// cause by an errno, an HTTP status or a protocol's error code.
var causes = map[string]cause{
	"docker.not_running":          {class: "daemon-not-running", where: diagnose.Engine},
	"docker.start_by_hand":        {class: "daemon-not-running", where: diagnose.Engine},
	"docker.desktop_not_started":  {class: "daemon-not-running", where: diagnose.Engine},
	"docker.not_installed":        {class: "docker-missing", where: diagnose.Engine},
	"docker.access_denied":        {class: "pipe-access-denied", where: diagnose.Engine},
	"docker.starting":             {class: "engine-starting-500", where: diagnose.Engine},
	"docker.hung":                 {class: "engine-hung", where: diagnose.Engine},
	"docker.windows_containers":   {class: "image-platform", where: diagnose.Engine},
	"docker.too_old":              {class: "api-version", where: diagnose.Engine},
	"docker.too_new":              {class: "api-version", where: diagnose.Engine},
	"docker.disk_full":            {class: "disk-full", where: diagnose.Engine},
	"docker.port_allocated":       {class: "port-allocated", where: diagnose.Engine},
	"docker.port_in_use":          {class: "port-in-use-host", where: diagnose.Engine},
	"docker.name_conflict":        {class: "name-conflict", where: diagnose.Engine},
	"docker.image_not_found":      {class: "image-not-found", where: diagnose.Engine},
	"docker.image_denied":         {class: "image-access-denied", where: diagnose.Engine},
	"docker.image_platform":       {class: "image-platform", where: diagnose.Engine},
	"docker.rate_limit":           {class: "rate-limit", where: diagnose.Engine},
	"docker.registry_untrusted":   {class: "tls-untrusted", where: diagnose.Engine},
	"docker.registry_unreachable": {class: "registry-network", where: diagnose.Engine},
	"docker.bind_mount":           {class: "bind-mount", where: diagnose.Engine},
	"docker.service_oom":          {class: "oom-killed", where: diagnose.Engine},
	"docker.credential_helper":    {class: "credential-helper", where: diagnose.Compose},
	"docker.compose_missing":      {class: "compose-plugin-missing", where: diagnose.Compose},
	"docker.compose_invalid":      {class: "compose-invalid", where: diagnose.Compose, weak: true}, // compose's own line says what is invalid
	"docker.compose_no_file":      {class: "compose-no-file", where: diagnose.Compose},
	"docker.project_name_invalid": {class: "compose-project-name", where: diagnose.Compose},
	"docker.env_file_missing":     {class: "compose-interpolation", where: diagnose.Compose},
	"docker.variable_missing":     {class: "compose-interpolation", where: diagnose.Compose},
	"docker.service_unknown":      {class: "compose-reference", where: diagnose.Compose},
	"docker.network_external":     {class: "network-missing", where: diagnose.Compose},
	"docker.network_gone":         {class: "network-missing", where: diagnose.Compose},
	"docker.volume_external":      {class: "volume-external-missing", where: diagnose.Compose},
	"docker.dependency_failed":    {class: "dependency-failed", where: diagnose.Compose, weak: true},

	"project.engine_absent":    {class: "engine-starting-500", where: diagnose.Engine},
	"project.engine_proxy":     {class: "engine-starting-500", where: diagnose.Engine},
	"project.engine_machine":   {class: "engine-starting-500", where: diagnose.Engine},
	"project.engine_silent":    {class: "engine-starting-500", where: diagnose.Engine},
	"project.engine_late":      {class: "engine-starting-500", where: diagnose.Engine},
	"project.port_container":   {class: "port-allocated", where: diagnose.Engine},
	"project.app_port":         {class: "app-port", where: diagnose.App},
	"project.app_port_unknown": {class: "app-port", where: diagnose.App},
	"ports.taken":              {class: "port-in-use-host", where: diagnose.Engine},
	"ports.taken_unknown":      {class: "port-in-use-host", where: diagnose.Engine},
	"ports.reserved":           {class: "port-reserved-windows", where: diagnose.Engine},
	"kafka.port_taken":         {class: "port-in-use-host", where: diagnose.Engine},
	"kafka.port_reserved":      {class: "port-reserved-windows", where: diagnose.Engine},

	// Found in the compose file: its Kafka cannot be used from this computer.
	"compose.internal_name_only": {class: "advertised-unreachable", where: diagnose.Client},
	"compose.crossed":            {class: "advertised-unreachable", where: diagnose.Client},
	"compose.fixed_ip":           {class: "advertised-unreachable", where: diagnose.Client},
	"compose.port_mismatch":      {class: "advertised-unreachable", where: diagnose.Client},
	"compose.no_advertised":      {class: "advertised-unreachable", where: diagnose.Client},
	"compose.empty_host":         {class: "listener-misconfigured", where: diagnose.Broker},
	"compose.bound_to_loopback":  {class: "listener-misconfigured", where: diagnose.Broker},
	"compose.refused_variable":   {class: "missing-env", where: diagnose.Broker},
	"compose.listeners_missing":  {class: "missing-env", where: diagnose.Broker},
	"compose.keeper_missing":     {class: "missing-env", where: diagnose.Broker},
	"compose.between_unknown":    {class: "listener-names", where: diagnose.Broker},

	"kafka.refused":         {class: "broker-refused", where: diagnose.Client, weak: true},
	"kafka.unreachable":     {class: "broker-refused", where: diagnose.Client, weak: true},
	"kafka.connect_timeout": {class: "broker-refused", where: diagnose.Client, weak: true},
	"kafka.closed":          {class: "broker-refused", where: diagnose.Client, weak: true},
	"kafka.silent":          {class: "broker-refused", where: diagnose.Client, weak: true},
	"kafka.no_brokers":      {class: "no-brokers", where: diagnose.Client, weak: true},
	"kafka.no_controller":   {class: "controller-unavailable", where: diagnose.Client, weak: true},
	"kafka.unknown_host":    {class: "bootstrap-unresolvable", where: diagnose.Client},
	"kafka.advertised":      {class: "advertised-unreachable", where: diagnose.Client},
	"kafka.advertised_name": {class: "advertised-unreachable", where: diagnose.Client},
	"kafka.tls_needed":      {class: "tls-plaintext-mismatch", where: diagnose.Client},
	"kafka.tls_not_spoken":  {class: "tls-plaintext-mismatch", where: diagnose.Client},
	"kafka.tls_untrusted":   {class: "tls-cert", where: diagnose.Client},
	"kafka.tls_wrong_name":  {class: "tls-cert", where: diagnose.Client},
	"kafka.tls_expired":     {class: "tls-cert", where: diagnose.Client},
	"kafka.sasl_needed":     {class: "sasl-auth", where: diagnose.Client},
	"kafka.sasl_mechanism":  {class: "sasl-auth", where: diagnose.Client},
	"kafka.sasl_failed":     {class: "sasl-auth", where: diagnose.Client},
	"kafka.topic_missing":   {class: "unknown-topic", where: diagnose.Client, weak: true},
	"kafka.topic_replicas":  {class: "replication-factor", where: diagnose.Client},

	"detector.python_not_found":   {class: "python-not-found", where: diagnose.App},
	"detector.command_not_found":  {class: "python-not-found", where: diagnose.App},
	"detector.venv_broken":        {class: "venv-missing", where: diagnose.App},
	"detector.init_failed_hidden": {class: "log-format-bug", where: diagnose.App},
	"detector.init_failed_unsaid": {class: "producer-init", where: diagnose.App},
}

// notBegun are the errors of a step that was not begun yet. There is no cause to look for.
var notBegun = map[string]bool{
	"docker.project_missing": true, "docker.service_missing": true, "docker.service_created": true, "docker.service_stopped": true,
	"project.drift": true, "project.embedded_stopped": true, "project.flag_not_set": true, "project.no_flow": true,
	"detector.not_running": true, "kafka.topic_missing": true,
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
		if !known || explained[t] || id == "detector.command_not_found" && !strings.HasPrefix(fmt.Sprint(args["Name"]), "py") {
			continue
		}
		if inside, ok := t.(error); ok {
			for i := range usererr.All(inside) {
				explained[i] = true
			}
		}
		r.weak = r.weak && c.weak
		r.measured = append(r.measured, diagnose.Measured{Cause: c.class, Where: c.where, Said: technical(t), Args: values(args)})
	}
	r.late = errors.Is(err, app.ErrTooLong)
	r.notBegun = r.notBegun && len(r.ids) > 0 && !r.late
	return r
}

// saysItAll reports whether the step's own text is the explanation: a container is paused, or a topic differs from what is
// declared. A log is older than that and could only mislead.
func (r classified) saysItAll(step string) bool {
	if r.ids["docker.service_paused"] {
		return true
	}
	for id := range r.ids {
		if step == story.StepTopics && strings.HasPrefix(id, "kafka.topic_") && causes[id].class == "" {
			return true
		}
	}
	return false
}

// technical is an error's technical text.
func technical(t usererr.Teller) string {
	id, args := t.Message()
	if err, ok := t.(error); ok && err.Error() != id {
		return err.Error()
	}
	for _, k := range slices.Sorted(maps.Keys(args)) {
		id += fmt.Sprintf(" %s=%v", strings.ToLower(k), args[k])
	}
	return id
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
