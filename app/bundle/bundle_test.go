package bundle

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"streamtray/app"
	"streamtray/app/doctor"
	"streamtray/app/i18n"
	"streamtray/app/project"
	"streamtray/app/settings"
	"streamtray/internal/usererr"
)

// glued puts a secret together at run time, so that none stands in this file for scanners of repositories to find.
func glued(parts ...string) string { return strings.Join(parts, "") }

const (
	mixed = "Qw7eRt9YuI3oPa5SdF1gHj2KlZ8xCvB4nM6qWeRt"
	low   = "9f8e7d6c5b4a39281706f5e4d3c2b1a0"
)

// kinds are secrets as they stand in a line of text. Those with a variable also stand in the environment, in .env and in
// compose files under its name.
var kinds = []struct{ kind, line, secret, variable string }{
	{"password", "DB_PASSWORD=Zebra-Lamp-71", "Zebra-Lamp-71", "DB_PASSWORD"},
	{"password with signs", `config password="Tr0ub&dor <3 %25/+"`, "Tr0ub&dor <3 %25/+", "ALGO_DB_PASSWORD"},
	{"Chinese password", "数据库密码：斑马台灯七十一号", "斑马台灯七十一号", "ALGO_口令"},
	{"SASL", "sasl.password=Giraffe-Sofa-72", "Giraffe-Sofa-72", "KAFKA_SASL_PASSWORD"},
	{"JAAS", `sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="u" password="Tiger-Desk-73";`, "Tiger-Desk-73", "KAFKA_OPTS"},
	{"keystore", "ssl.keystore.password = Panda-Chair-74", "Panda-Chair-74", "KAFKA_SSL_KEYSTORE_PASSWORD"},
	{"URL", "postgres://app:Otter-Table-75@db:5432/x", "Otter-Table-75", "DATABASE_URL"},
	{"URL, encoded", "redis://:Fox%40Bench%2F76@redis:6379/0", "Fox@Bench/76", "ALGO_REDIS_URL"},
	{"proxy", "HTTPS_PROXY=http://dev:Wolf-Shelf-77@proxy:3128", "Wolf-Shelf-77", "HTTPS_PROXY"},
	{"query", "GET https://x.example/api?user=1&access_token=BearStool78&page=2", "BearStool78", ""},
	{"signed URL", "https://a.blob.core.windows.net/c?sv=2022&sig=Abc%2Bdef%2FXyz79%3D&se=2025", "Abc+def/Xyz79=", ""},
	{"connection string", "Server=db;User Id=sa;Password=LionCouch80;Encrypt=true", "LionCouch80", "ALGO_CONNECTION_STRING"},
	{"Azure storage", "AccountName=x;AccountKey=WmVicmFMYW1wODFXYXRlcg==;EndpointSuffix=core.windows.net", "WmVicmFMYW1wODFXYXRlcg", ""},
	{"bearer", "Authorization: Bearer Camel.Lamp-82xyz", "Camel.Lamp-82xyz", ""},
	{"basic", "authorization: Basic " + base64.StdEncoding.EncodeToString([]byte("me:Horse-Rug-83")), "Horse-Rug-83", ""},
	{"curl", "curl -u admin:Sheep-Bed-84 https://x", "Sheep-Bed-84", ""},
	{"command line", "app --db-password Goat-Vase-85 --port 5000", "Goat-Vase-85", ""},
	{"API key", "X-Api-Key: 8877665544332286", "8877665544332286", "ALGO_API_KEY"},
	{"cookie", "Cookie: session=CowMirror87abc; theme=dark", "CowMirror87abc", ""},
	{"JSON", `{"user":"u","clientSecret":"Duck-Clock-88","port":9092}`, "Duck-Clock-88", ""},
	{"JSON in a log", `msg="config {\"apiKey\":\"Goose-Plate-89\"}"`, "Goose-Plate-89", ""},
	{"Python", "{'sasl.username': 'u', 'sasl.password': 'Swan-Spoon-90'}", "Swan-Spoon-90", ""},
	{"XML", "<user>u</user><password>Crow-Fork-91</password>", "Crow-Fork-91", ""},
	{"JWT", "token is " + glued("eyJ", "hbGciOiJIUzI1NiJ9.eyJ", "zdWIiOiI5MjkyIn0.TfyxSJVwKSNflKLRe2"), "TfyxSJVwKSNflKLRe2", "ALGO_JWT_TOKEN"},
	{"AWS id", "using " + glued("AKIA", "QWERTYUIOPASDFGH"), "QWERTYUIOPASDFGH", "AWS_ACCESS_KEY_ID"},
	{"AWS key", "aws_secret_access_key = " + mixed, mixed, "AWS_SECRET_ACCESS_KEY"},
	{"Aliyun", "id " + glued("LTAI", "5tZyXwVuTsRqPoNmLkJi"), "5tZyXwVuTsRqPoNmLkJi", ""},
	{"GitHub", "remote " + glued("gh", "p_", mixed[:36]), mixed[:36], "GITHUB_TOKEN"},
	{"GitLab", glued("gl", "pat-", mixed[4:24]), mixed[4:24], ""},
	{"Slack", glued("xo", "xb-123456789012-", mixed[6:30]), mixed[6:30], ""},
	{"DingTalk", "https://oapi.dingtalk.com/robot/send?access_token=" + low, low, "ALGO_HOOK"},
	{"npm", glued("np", "m_", mixed[2:38]), mixed[2:38], ""},
	{"Docker Hub", glued("dckr", "_pat_", mixed[3:30]), mixed[3:30], ""},
	{"Google", glued("AI", "za", mixed[1:36]), mixed[1:36], ""},
	{"Stripe", glued("sk", "_live_", mixed[8:32]), mixed[8:32], ""},
	{"model provider", glued("s", "k-proj-", mixed[:38]), mixed[:38], "ALGO_LLM"},
	{"Hugging Face", glued("h", "f_", mixed[5:39]), mixed[5:39], ""},
	{"Docker auths", `{"auths":{"https://index.docker.io/v1/":{"auth":"` + base64.StdEncoding.EncodeToString([]byte("u:Seal-Glass-93")) + `"}}}`, "Seal-Glass-93", ""},
	{"private key", "-----BEGIN RSA PRIVATE KEY-----\n" + strings.Repeat(mixed, 1) + low[:24] + "\n-----END RSA PRIVATE KEY-----", mixed + low[:24], "ALGO_PEM"},
}

// world is a project and what surrounds it, with secrets wherever they could stand.
type world struct {
	dir  string
	src  Sources
	data string
}

func plant(t *testing.T, kinds []struct{ kind, line, secret, variable string }) *world {
	t.Helper()
	w := &world{data: t.TempDir()}
	token := glued("gl", "pat-", mixed[4:24])
	w.dir = filepath.Join(t.TempDir(), "project-"+token)
	var comments, environment, dotenv, log strings.Builder
	var environ []string
	at := "2025-10-20T21:30:00.123+08:00 stdout "
	for i, k := range kinds {
		for line := range strings.Lines(k.line) {
			line = strings.TrimRight(line, "\n")
			fmt.Fprintf(&comments, "# %s\n", line)
			fmt.Fprintf(&log, "%s%s\n", at, line)
		}
		fmt.Fprintf(&log, "%sencoded %s and %s and %s\n", at, base64.StdEncoding.EncodeToString([]byte(k.line)), url.QueryEscape(k.line), hex.EncodeToString([]byte(k.line)))
		if k.variable == "" {
			continue
		}
		value := k.secret
		if strings.Contains(k.variable, "URL") || strings.Contains(k.variable, "PROXY") || slices.Contains([]string{"ALGO_HOOK", "KAFKA_OPTS", "ALGO_LLM", "ALGO_PEM", "ALGO_CONNECTION_STRING"}, k.variable) {
			value = strings.TrimPrefix(k.line, k.variable+"=")
		}
		environ = append(environ, k.variable+"="+value)
		if !strings.ContainsAny(value, "\n\"'%") {
			fmt.Fprintf(&environment, "      %s: '%s'\n", k.variable, value)
			fmt.Fprintf(&dotenv, "%s=%s\n#OLD_%s=%s\n", k.variable, value, k.variable, value)
		}
		// what is known from elsewhere, in lines that show nothing
		fmt.Fprintf(&log, "%slogin of u with %s was refused (%d)\n", at, k.secret, i)
		fmt.Fprintf(&log, "%s%s\n", at, base64.RawURLEncoding.EncodeToString([]byte("u:"+k.secret)))
		fmt.Fprintf(&log, "%s%s\n", at, base64.StdEncoding.EncodeToString([]byte(k.secret)))
		fmt.Fprintf(&log, "%shttp://h/p/%s?q=%s\n", at, url.PathEscape(k.secret), url.QueryEscape(url.QueryEscape(k.secret)))
		fmt.Fprintf(&log, "%s%q %+q %x\n", at, k.secret, k.secret, k.secret)
	}
	files := map[string]string{
		"streamtray.yaml": "version: 1\nname: demo\nkafka: {mode: docker}\napp:\n  command: [python, app.py, --password, Lynx-Pan-94]\n  env:\n    DB_PASS: >-\n      Mole-Cup-95\n      and more words\n" + comments.String(),
		"deployment/docker-compose." + token + ".yml": comments.String(),
		"docker-compose.yml": "services:\n  zookeeper:\n    image: confluentinc/cp-zookeeper:7.5.0\n  kafka:\n    image: confluentinc/cp-kafka:7.5.0\n    ports: ['9092:9092']\n" +
			"    command:\n      - run\n      - --password\n      - Newt-Bowl-96\n    environment:\n      KAFKA_ADVERTISED_LISTENERS: PLAINTEXT://localhost:9092\n" +
			"      KAFKA_SSL_KEY_PASSWORD: |\n        Toad-Jar-97\n      ADMIN_PASSWORD: ${ADMIN_PASSWORD:-Frog-Pot-98}\n      OTHER: ${DB_PASSWORD:-Crab-Tin-99}\n" + environment.String() + comments.String(),
		".env":   dotenv.String() + "UNKNOWN_NAME=" + "k9J2m4N6b8V0c1X3\nMULTI_PASSWORD=\"Wasp-Lid-01\nMoth-Cap-02\"\nALGO_ENABLE_KAFKA_STREAMING=true\n",
		"app.py": "",
	}
	for name, text := range files {
		path := filepath.Join(w.dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	environ = append(environ, "DOCKER_HOST=tcp://127.0.0.1:1", "ALGO_ENABLE_KAFKA_STREAMING=true", "SOMETHING_PRIVATE=tells-much")
	w.src = sources(t, w.dir, w.data, environ)
	p := w.src.Subject.Project
	if p == nil {
		t.Fatal("the project cannot be opened")
	}
	log.WriteString(at + "the key of k9J2m4N6b8V0c1X3 ended, and tells-nothing\n" + at + "KafkaException: Failed to connect\n")
	state := filepath.Dir(p.AgentLog())
	if err := errors.Join(os.MkdirAll(state, 0o700), os.WriteFile(filepath.Join(state, "app.log"), []byte(log.String()), 0o600),
		os.WriteFile(p.AgentLog(), []byte(log.String()), 0o600)); err != nil {
		t.Fatal(err)
	}
	w.keep(t, kinds)
	return w
}

// keep lets the project be kept for a moment, by a run in which every error tells a secret.
func (w *world) keep(t *testing.T, kinds []struct{ kind, line, secret, variable string }) {
	t.Helper()
	p := w.src.Subject.Project
	hub := &app.Hub{}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	a := p.Agent(t.Context(), hub, false)
	_ = a.Run(ctx) // it only has to record
	for _, k := range kinds {
		hub.Emit(app.Event{Step: "broker", Kind: app.Failed, Err: usererr.New("kafka.x", map[string]any{"Detail": k.line}, errors.New(k.line))})
		w.src.State = w.src.State.Apply(app.Event{Step: "s" + k.kind, Kind: app.Failed, Err: errors.New("cannot open " + k.line)})
	}
	w.src.Kept = true
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
}

func sources(t *testing.T, dir, data string, environ []string) Sources {
	t.Helper()
	getenv := func(name string) string {
		for _, kv := range environ {
			if k, v, _ := strings.Cut(kv, "="); k == name {
				return v
			}
		}
		return ""
	}
	o := project.Options{
		Dir: dir, Getenv: getenv, Environ: environ, Home: filepath.Join(t.TempDir(), "zhangsan"), Folders: settings.Folders{Config: data, Data: data},
	}
	s := doctor.Open(t.Context(), o)
	t.Cleanup(func() { s.Close() })
	src := Sources{Subject: s, Options: o, Version: "1.2.3", Now: time.Date(2025, 10, 20, 21, 30, 0, 0, time.UTC)}
	for _, lang := range i18n.Languages {
		w, err := i18n.New(lang)
		if err != nil {
			t.Fatal(err)
		}
		src.Words = append(src.Words, w)
	}
	return src
}

// unpacked are the entries of a zip file, names included, by name.
func unpacked(t *testing.T, path string) map[string]string {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	all := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		all[f.Name] = f.Name + "\n" + string(b)
	}
	return all
}

// traces are a secret in every form in which a reader could recover it.
func traces(secret string) []string {
	all := []string{
		secret, url.QueryEscape(secret), url.PathEscape(secret), url.QueryEscape(url.QueryEscape(secret)), hex.EncodeToString([]byte(secret)),
		strings.ToUpper(secret), strings.ToLower(secret), fmt.Sprintf("%+q", secret),
	}
	for shift := range 3 { // wherever it stands in what was encoded
		b := base64.StdEncoding.EncodeToString(append(make([]byte, shift), secret...))
		core := strings.TrimRight(b, "=")[(shift*8+5)/6:]
		core = core[:len(core)-1]
		all = append(all, core, strings.NewReplacer("+", "-", "/", "_").Replace(core))
	}
	return all
}

var base64Run = regexp.MustCompile(`[A-Za-z0-9+/=_-]{8,}`)

// leaks are the traces of a secret that a text has, also in what is encoded in it.
func leaks(text, secret string) []string {
	var found []string
	for _, trace := range traces(secret) {
		if strings.Contains(text, trace) {
			found = append(found, trace)
		}
	}
	for _, run := range base64Run.FindAllString(text, -1) {
		for _, e := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding, base64.RawStdEncoding, base64.RawURLEncoding} {
			if b, err := e.DecodeString(run); err == nil && bytes.Contains(b, []byte(secret)) {
				found = append(found, run)
			}
		}
	}
	if plain, err := url.QueryUnescape(text); err == nil && strings.Contains(plain, secret) {
		found = append(found, "in an address")
	}
	return found
}

func TestNoPlantedSecretLeavesFromAnywhere(t *testing.T) {
	if len(kinds) < 20 {
		t.Fatalf("only %d kinds", len(kinds))
	}
	w := plant(t, kinds)
	b := Gather(t.Context(), w.src)
	path := filepath.Join(t.TempDir(), "b.zip")
	if _, err := b.Write(path, false); err != nil {
		t.Fatal(err)
	}
	entries := unpacked(t, path)
	secrets := map[string]string{
		"item of a command": "Lynx-Pan-94", "folded": "Mole-Cup-95", "next item": "Newt-Bowl-96", "block": "Toad-Jar-97", "default": "Frog-Pot-98",
		"default of another": "Crab-Tin-99", "of no name": "k9J2m4N6b8V0c1X3", "lines": "Wasp-Lid-01", "lines, second": "Moth-Cap-02", "private": "tells-much",
		"file name": mixed[4:24],
	}
	for _, k := range kinds {
		secrets[k.kind] = k.secret
	}
	for kind, secret := range secrets {
		for name, text := range entries {
			for _, trace := range leaks(text, secret) {
				t.Errorf("%s: %s has %q", kind, name, trace)
			}
		}
		for lang, text := range b.Summary {
			if found := leaks(text, secret); found != nil {
				t.Errorf("%s: the summary in %s has %q", kind, lang, found)
			}
		}
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(whole, []byte(mixed[4:24])) || bytes.Contains(whole, []byte("zhangsan")) {
		t.Error("the file itself tells a name")
	}
	if b.Masked < len(kinds) {
		t.Errorf("got %d places masked, want at least %d", b.Masked, len(kinds))
	}
	for name, want := range map[string]string{ // what is no secret is still there
		"environment.txt": "ALGO_ENABLE_KAFKA_STREAMING=true", "logs/app.txt": "Failed to connect", "logs/agent.txt": "was refused", "config/02-docker-compose.yml": "confluentinc/cp-kafka:7.5.0",
		"summary.txt": "StreamTray 1.2.3", "timeline.en.txt": "broker", "timeline.jsonl": "failed", "doctor.zh.txt": "engine.running", "versions.json": "cp-kafka:7.5.0",
	} {
		if !strings.Contains(entries[name], want) {
			t.Errorf("%s: got\n%s\nwant %q in it", name, entries[name], want)
		}
	}
}

func TestTheSameBundleHasTheSameBytes(t *testing.T) {
	w := plant(t, kinds[:5])
	s := newScrubber("/home/zhangsan")
	all := []raw{{name: "a.txt", text: "x=1\n"}, {name: "b/ü:?.txt", text: "/home/zhangsan/x password=Zebra-Lamp-71\n"}}
	one, err := assemble(s, slices.Clone(all), w.src.Now).Zip()
	if err != nil {
		t.Fatal(err)
	}
	two, err := assemble(s, slices.Clone(all), w.src.Now).Zip()
	if err != nil || !bytes.Equal(one, two) {
		t.Errorf("got other bytes (%v)", err)
	}
	var got []string
	for _, e := range assemble(s, all, w.src.Now).Entries {
		got = append(got, e.Name+": "+e.text)
	}
	if want := "a.txt: x=1\n|b/ü__.txt: ~/x password=***\n"; strings.Join(got, "|") != want {
		t.Errorf("got %q, want %q", strings.Join(got, "|"), want)
	}
}

// Cleaning eight megabytes takes the race detector a minute: of what goes through it all, two files prove the bound of one,
// and texts that are clean that of all.
func TestABundleIsBounded(t *testing.T) {
	line := strings.Repeat("x", 99) + "\n"
	text := "first\n" + strings.Repeat(line, mostEntry/len(line)+1) + "last\n"
	b := assemble(newScrubber(""), []raw{{name: "0.txt", text: text, tail: true}, {name: "1.txt", text: text}}, time.Now())
	for i := 2; i < 18; i++ {
		b.add(fmt.Sprintf("%d.txt", i), "", text, i%2 == 0)
	}
	total := 0
	for i, e := range b.Entries {
		total += e.Bytes
		if e.Bytes > mostEntry || e.Bytes != len(e.text) {
			t.Errorf("%s has %d bytes", e.Name, e.Bytes)
		}
		if i < 4 && strings.Contains(e.text, "last\n") != (i%2 == 0) {
			t.Errorf("%s: got the wrong end: %q", e.Name, e.text[len(e.text)-20:])
		}
	}
	if total > mostTotal || len(b.Entries) < 15 {
		t.Errorf("got %d bytes in %d files", total, len(b.Entries))
	}
}

func TestAFileThatIsThereIsLeft(t *testing.T) {
	b := assemble(newScrubber(""), []raw{{name: "a.txt", text: "x"}}, time.Now())
	path := filepath.Join(t.TempDir(), "b.zip")
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	var f *usererr.Error
	if _, err := b.Write(path, false); !errors.As(err, &f) || f.ID != "bundle.exists" {
		t.Errorf("got %v, want bundle.exists", err)
	}
	if got, _ := os.ReadFile(path); string(got) != "mine" {
		t.Errorf("got %q", got)
	}
	if size, err := b.Write(path, true); err != nil || size == 0 {
		t.Errorf("got %d, %v", size, err)
	}
	if _, err := b.Write(filepath.Join(path, "x.zip"), false); !errors.As(err, &f) || f.ID != "bundle.unwritable" {
		t.Errorf("got %v, want bundle.unwritable", err)
	}
	if all, err := os.ReadDir(filepath.Dir(path)); err != nil || len(all) != 1 {
		t.Errorf("left behind: %v, %v", all, err)
	}
}

// A container named nul, a name of 300 letters, and one that differs in case only cannot be unpacked on Windows.
func TestEverySystemCanUnpackTheNames(t *testing.T) {
	long := strings.Repeat("cámara-", 60)
	var all []raw
	for _, name := range []string{"nul", "CON.log", "com1", "lpt9.a.b", "a:b?c*d", "../../etc/x", "ends.", "app", "App", "app", long, long + "2", "right\u202eleft", "安防"} {
		all = append(all, raw{name: "logs/" + name + ".txt", text: "x\n"})
	}
	b := assemble(newScrubber(""), all, time.Now())
	if len(b.Entries) != len(all) {
		t.Errorf("%d of %d entries", len(b.Entries), len(all))
	}
	seen := map[string]bool{}
	for _, e := range b.Entries {
		lower := strings.ToLower(e.Name)
		if seen[lower] {
			t.Errorf("%s is there twice", e.Name)
		}
		seen[lower] = true
		for _, p := range strings.Split(lower, "/") {
			stem, _, _ := strings.Cut(p, ".")
			if slices.Contains([]string{"nul", "con", "com1", "lpt9", ""}, stem) || len(p) > 100 || strings.ContainsAny(p, ":?*\\\"<>|\u202e") || strings.HasSuffix(p, ".") {
				t.Errorf("%q cannot be unpacked on Windows", e.Name)
			}
		}
	}
	if !seen["logs/安防.txt"] || !seen["logs/app.txt"] || !seen["logs/app-2.txt"] {
		t.Errorf("names that are right changed: %v", seen)
	}
}

func TestABundleIsMadeWhereNothingWorks(t *testing.T) {
	broken := t.TempDir()
	for name, text := range map[string]string{"streamtray.yaml": "version: [\npassword: Zebra-Lamp-71\n", "docker-compose.yml": "services: {{\n  - DB_PASSWORD=Otter-Table-75\n"} {
		if err := os.WriteFile(filepath.Join(broken, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for about, dir := range map[string]string{"broken": broken, "empty": t.TempDir(), "none": "", "gone": filepath.Join(t.TempDir(), "gone")} {
		src := sources(t, dir, t.TempDir(), []string{"DOCKER_HOST=tcp://127.0.0.1:1"})
		b := Gather(t.Context(), src)
		for lang, text := range b.Summary {
			if n := strings.Count(text, "\n"); n != 10 {
				t.Errorf("%s: got %d lines in %s, want ten:\n%s", about, n, lang, text)
			}
		}
		var names []string
		for _, e := range b.Entries {
			names = append(names, e.Name)
			if strings.Contains(e.text, "Zebra-Lamp-71") || strings.Contains(e.text, "Otter-Table-75") {
				t.Errorf("%s: %s has a secret:\n%s", about, e.Name, e.text)
			}
		}
		if about == "broken" && !slices.Contains(names, "config/01-streamtray.yaml") {
			t.Errorf("%s: got %v, want its files", about, names)
		}
		if !slices.Contains(names, "doctor.json") || !slices.Contains(names, "summary.txt") {
			t.Errorf("%s: got %v", about, names)
		}
	}
}

func TestTheEndOfAKeyWhoseBeginningWasCutOffIsTakenOut(t *testing.T) {
	body := strings.Repeat(mixed+low, 1)[:64]
	for _, before := range []string{"", "2025-10-20 INFO "} {
		text := before + body + "\n" + before + body[1:] + "a\n" + before + "shortEnd==\n" + before + glued("-----END RSA ", "PRIVATE KEY-----") + "\nafter\n"
		got := newScrubber("").text(text)
		if strings.Contains(got, body[4:60]) || strings.Contains(got, "shortEnd") || !strings.Contains(got, "after") {
			t.Errorf("got %q", got)
		}
	}
	if got, want := newScrubber("").text("a\nb\n"), "a\nb\n"; got != want {
		t.Errorf("got %q", got)
	}
}

// Any file of the person's that a compose file included was put into the zip file that they send away.
func TestFilesOutsideOfTheProjectAreNamedAndNotCopied(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	const private = "ssh me@machine-of-another-story"
	history := filepath.Join(other, "history.yml")
	for path, text := range map[string]string{
		filepath.Join(dir, "compose.yaml"): "include: [" + history + "]\nservices: {kafka: {image: apache/kafka, env_file: [" + history + "]}}\n",
		filepath.Join(dir, "app.py"):       "",
		history:                            private + "\n",
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(history, filepath.Join(dir, "docker-compose.yml")); err != nil {
		t.Log("without a link:", err)
	}
	b := Gather(t.Context(), sources(t, dir, t.TempDir(), nil))
	path := filepath.Join(t.TempDir(), "b.zip")
	if _, err := b.Write(path, false); err != nil {
		t.Fatal(err)
	}
	named := false
	for name, text := range unpacked(t, path) {
		if strings.Contains(text, private) {
			t.Errorf("%s holds what stands in a file outside", name)
		}
		named = named || name == "config/outside.txt" && strings.Contains(text, "history.yml")
	}
	if !named {
		t.Error("the file outside is not named")
	}
}
