package diagnose

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestTheReportHasTheAgreedKeys(t *testing.T) {
	r, err := Run(strings.NewReader("BufferError: Local: Queue full\n"), "", "zh", nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"findings":[{"code":"ST-CLIENT-014","cause":"queue-full","severity":"error","where":"app",` +
		`"evidence":"BufferError: Local: Queue full","line":1,"title":"程序中待发送的消息队列已满。",` +
		`"advice":"请在每次 produce() 之后调用 poll(0)；遇到 BufferError 时用 poll(1) 等待后重试。","fix":"producer.poll(0)","action":"show"}]}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	r, _ = Run(strings.NewReader("INFO all is well\n"), "app", "en", nil)
	if got, _ := json.Marshal(r); string(got) != `{"findings":[]}` {
		t.Errorf("a healthy text gives %s", got)
	}
}

func TestAPlaceThatDoesNotExistIsRefused(t *testing.T) {
	if _, err := Run(strings.NewReader(""), "moon", "en", nil); !errors.Is(err, ErrPlace) {
		t.Errorf("got %v, want %v", err, ErrPlace)
	}
}

func TestTheRootComesFirstAndItsSymptomsAreFolded(t *testing.T) {
	const (
		refused   = "%3|1795437057.263|FAIL|rdkafka#producer-1| [thrd:localhost:9092/bootstrap]: localhost:9092/bootstrap: Connect to ipv4#127.0.0.1:9092 failed: Connection refused\n"
		timedOut  = "Message delivery failed: KafkaError{code=_MSG_TIMED_OUT,val=-192,str=\"Local: Message timed out\"}\n"
		noDocker  = "error during connect: open //./pipe/docker_engine: x\n"
		port      = "Error response from daemon: Bind for 0.0.0.0:9092 failed: port is already allocated\n"
		unset     = "WARN[0000] The \"PWD\" variable is not set. Defaulting to a blank string.\n"
		spec      = "invalid spec: :/var/lib/kafka/data: empty section between colons\n"
		unhealthy = "dependency failed to start: container kafka is unhealthy\n"
		noZK      = "kafka | java.lang.IllegalArgumentException: Unable to canonicalize address zookeeper:2181 because it's not resolvable\n"
		zkSlow    = "kafka | [2025-10-20 13:00:00,000] ERROR Timed out waiting for connection to Zookeeper server [zookeeper:2181].\n"
		up        = "%6|1|FAIL|rdkafka#producer-1| [thrd:localhost:9092/1]: localhost:9092/1: Disconnected: connection closed by peer (after 3855ms in state UP)\n"
		node      = "%3|1|FAIL|rdkafka#producer-1| [thrd:localhost:9092/1]: localhost:9092/1: Connect to ipv4#127.0.0.1:9092 failed: Connection refused\n"
		inside    = "%3|1|FAIL|rdkafka#producer-1| [thrd:kafka:29092/1]: kafka:29092/1: Failed to resolve 'kafka:29092': x\n"
		full      = "java.io.IOException: No space left on device\n"
		dirs      = "[2025-10-20 13:00:00,000] ERROR Shutdown broker because all log dirs in /data have failed (kafka.log.LogManager)\n"
		literal   = "2025-10-20 21:30:00.123 | ERROR    | routes.ws:<module>:24 - Failed to initialize Kafka producer: %s\n"
		missing   = "2025-10-20 21:30:00.123 | ERROR    | routes.ws:<module>:24 - Failed to initialize Kafka producer: __init__() missing 1 required positional argument: 'topic'\n"
		strange   = "[2025-10-20 13:00:00,000] ERROR something new\n"
		orphan    = "WARN[0000] Found orphan containers ([x]) for this project.\n"
	)
	for _, c := range []struct {
		text string
		want string // causes in order; symptoms in brackets
	}{
		{refused + timedOut, "broker-refused(delivery-timeout)"},
		{timedOut + noDocker + refused, "daemon-not-running(broker-refused delivery-timeout)"},
		{unset + port, "port-allocated(var-unset)"},
		{unset + spec, "var-unset(compose-invalid)"},
		{unhealthy + noZK + zkSlow, "zk-unresolvable(dependency-failed zk-timeout)"},
		{inside + refused + timedOut, "advertised-unreachable(broker-refused delivery-timeout)"},
		{node, "advertised-unreachable"},
		{node + refused, "broker-refused(advertised-unreachable)"},
		{up + strings.Repeat("INFO x\n", 20) + node, "broker-refused"},
		{dirs + full, "disk-full(log-dirs-failed)"},
		{literal + refused, "broker-refused(producer-init) log-format-bug"},
		{missing, "api-call-typeerror(producer-init)"},
		{strange + refused, "broker-refused(unknown)"},
		{orphan + strange, "unknown orphans"},
		{noDocker + noDocker, "daemon-not-running"},
	} {
		if got := causes(find(c.text, "")); got != c.want {
			t.Errorf("%s\ngot  %s\nwant %s", c.text, got, c.want)
		}
	}
}

func causes(found []Finding) string {
	var all []string
	for _, f := range found {
		s := f.Cause
		if len(f.Symptoms) > 0 {
			var under []string
			for _, x := range f.Symptoms {
				under = append(under, x.Cause)
			}
			slices.Sort(under)
			s += "(" + strings.Join(under, " ") + ")"
		}
		all = append(all, s)
	}
	return strings.Join(all, " ")
}

func TestASuccessTakesAFailureBackWithinItsTime(t *testing.T) {
	const refused = "[2025-10-20 13:00:00,000] WARN [Producer clientId=p] Connection to node -1 (localhost/127.0.0.1:9092) could not be established.\n"
	for _, c := range []struct{ text, want string }{
		{refused + "[2025-10-20 13:00:20,000] INFO [Producer clientId=p] Cluster ID: Wyxm4FaRRgek5CrLtIR22Q\n", ""},
		{"[2025-10-20 12:59:00,000] INFO [Producer clientId=p] Cluster ID: Wyxm4FaRRgek5CrLtIR22Q\n" + refused, "broker-refused"},
		{refused + "[2025-10-20 15:00:00,000] INFO [Producer clientId=p] Cluster ID: Wyxm4FaRRgek5CrLtIR22Q\n", "broker-refused"},
		{refused + "INFO Cluster ID: Wyxm4FaRRgek5CrLtIR22Q\n" + refused, "broker-refused"},
		{strings.Repeat(refused, 100) + "INFO Cluster ID: Wyxm4FaRRgek5CrLtIR22Q\n", ""},
		{strings.Repeat(refused, 100) + "INFO Cluster ID: Wyxm4FaRRgek5CrLtIR22Q\n" + refused, "broker-refused"},
	} {
		if got := causes(find(c.text, "")); got != c.want {
			t.Errorf("%.300s\ngot %q want %q", c.text, got, c.want)
		}
	}
}

func TestAFailureAmongManyHarmlessLinesOfItsKindIsFound(t *testing.T) {
	harmless := strings.Repeat("kafka exited with code 143\n", 200)
	if got := causes(find(harmless+"kafka exited with code 137\n"+harmless, "")); got != "oom-killed" {
		t.Errorf("got %q, want oom-killed", got)
	}
}

func TestEveryLineOfAFailureCounts(t *testing.T) {
	found := find(strings.Repeat("BufferError: Local: Queue full\n", 1000), "")
	if len(found) != 1 || found[0].Count != 1000 || found[0].Line != 1 {
		t.Errorf("got %+v, want 1000 lines, the first at 1", found)
	}
}

func TestErrorsOfTheLastGoodRunAreNoNews(t *testing.T) {
	const day1 = "[2025-10-20 13:00:00,000] ERROR [Thing id=17] it always says this (a.B)\n"
	const day2 = "[2025-10-21 08:11:12,345] ERROR [Thing id=4711] it always says this (a.B)\n"
	good := New("broker")
	_, _ = good.Write([]byte(day1))
	s := New("broker")
	s.Know(good.Unknown()...)
	_, _ = s.Write([]byte(day2))
	if found := s.Findings(); len(found) > 0 {
		t.Errorf("an old error is reported: %s", told(found))
	}
	s.Line("[2025-10-21 08:11:13,345] ERROR this one is new")
	if got := causes(s.Findings()); got != "unknown" {
		t.Errorf("a new error gives %q, want unknown", got)
	}
}

func TestAnUnknownErrorIsShownByTheCauseItsProgramGives(t *testing.T) {
	const text = "ERROR 1 --- [main] o.s.boot.SpringApplication : Application run failed\n\n" +
		"org.springframework.beans.factory.BeanCreationException: Error creating bean with name 'shelf'\n\tat a.b.C.d(C.java:1)\n" +
		"Caused by: com.acme.shelf.ShelfFullException: shelf 7 is full\n\tat com.acme.shelf.Shelf.put(Shelf.java:9)\n"
	found := find(text, "app")
	if len(found) != 1 || found[0].Cause != Unknown || !strings.HasPrefix(found[0].Evidence, "Caused by: com.acme.shelf") || found[0].Line != 5 {
		t.Errorf("got %+v", found)
	}
}

func TestAPortThatManyListenAtNamesNobodyByAPathOfAnotherAPI(t *testing.T) {
	const text = `2026/04/07 17:13:27 [error] 8#8: *4 connect() failed (111: Connection refused) while connecting to upstream, upstream: "http://172.19.0.11:8081/api/v1/orders"`
	for text, want := range map[string]string{
		text: "web", strings.Replace(text, "/api/v1/orders", "/subjects/orders/versions", 1): "schema", strings.Replace(text, "/api/v1/orders", "", 1): "schema",
	} {
		if found := find(text, ""); len(found) != 1 || found[0].Args["service"] != want {
			t.Errorf("%s: got %+v", text, found)
		}
	}
}

func TestUnknownErrorsAreOneFindingWithTheOthersBehind(t *testing.T) {
	found := find("ERROR first\nINFO fine\nERROR second\n", "")
	if len(found) != 1 || found[0].Cause != Unknown || found[0].Severity != Warning || found[0].Evidence != "ERROR first" ||
		!slices.Equal(found[0].Others, []string{"ERROR second"}) {
		t.Errorf("got %+v", found)
	}
}

func TestWhatWasMeasuredCountsMoreThanWhatWasRead(t *testing.T) {
	const refused = "%3|1795437057.263|FAIL|rdkafka#producer-1| [thrd:localhost:9092/bootstrap]: localhost:9092/bootstrap: Connect to ipv4#127.0.0.1:9092 failed: x\n"
	const exists = "[2025-10-20 13:00:00,000] ERROR Error while creating ephemeral at /brokers/ids/1, node already exists and owner '1' does not match current session '2' (kafka.zk.KafkaZkClient$CheckedEphemeral)\n"
	running := Container{Name: "kafka", State: "running"}
	for _, c := range []struct {
		text  string
		facts Facts
		want  string
	}{
		{refused, Facts{BrokerAnswers: Yes}, ""},
		{refused, Facts{}, "broker-refused"},
		{"", Facts{BrokerAnswers: No}, "broker-refused"},
		{exists, Facts{Containers: []Container{running}, BrokerAnswers: Yes}, ""},
		{exists, Facts{Containers: []Container{{Name: "kafka", State: "exited", ExitCode: 1}}}, "zk-node-exists"},
		{exists, Facts{Containers: []Container{{Name: "kafka", State: "restarting", ExitCode: 1, Restarts: 4}}}, "zk-node-exists(crash-loop)"},
		{"", Facts{Containers: []Container{{Name: "kafka", State: "exited", ExitCode: 137, OOMKilled: true}}}, "oom-killed"},
		{"", Facts{Containers: []Container{{Name: "kafka", State: "exited", ExitCode: 137}}}, ""},
		{"", Facts{Containers: []Container{{Name: "kafka", State: "running", Health: "unhealthy"}}, BrokerAnswers: Yes}, "healthcheck-wrong"},
		{"", Facts{BrokerAnswers: Yes, Unreachable: []string{"kafka:29092"}}, "advertised-unreachable"},
	} {
		s := New("")
		s.See(c.facts)
		_, _ = s.Write([]byte(c.text))
		if got := causes(s.Findings()); got != c.want {
			t.Errorf("%.80s with %+v: got %q want %q", c.text, c.facts, got, c.want)
		}
	}
}

func TestTheValuesOfALineStandInTheTexts(t *testing.T) {
	f := find("Bind for 0.0.0.0:9092 failed: port is already allocated\n", "")[0]
	if got, want := f.In("en").Title, "Another container already uses the port 9092."; got != want {
		t.Errorf("got %q want %q", got, want)
	}
	if got, want := f.In("zh-CN").Fix, "docker ps --filter publish=9092"; got != want {
		t.Errorf("got %q want %q", got, want)
	}
	f = find("docker: port is already allocated\n", "")[0]
	if got, want := f.In("en").Title, "Another container already uses the port."; got != want {
		t.Errorf("without a port: got %q want %q", got, want)
	}
}

func TestASecretInALineIsNotShown(t *testing.T) {
	found := find("ERROR Unrecognized configs: {'sasl_plain_password': 'hunter2-very-secret'}\n", "")
	if len(found) != 1 || strings.Contains(found[0].Evidence+found[0].In("en").Title, "hunter2") {
		t.Errorf("shown: %+v", found)
	}
}

func TestAMergedLogIsToldApartByContainer(t *testing.T) {
	found := find("zookeeper-1  | 2025-10-20 13:00:00,000 [myid:] - ERROR [main:X@1] - Unable to load database on disk\n"+
		"kafka-1      | [2025-10-20 13:00:00,000] INFO fine (kafka.server.X)\n", "")
	if len(found) != 1 || found[0].Where != Zookeeper || strings.Contains(found[0].Evidence, "zookeeper-1") {
		t.Errorf("got %+v", found)
	}
}

func TestTheScannerStaysSmallWhateverItReads(t *testing.T) {
	s := New("")
	long := bytes.Repeat([]byte("x"), 1<<20)
	for range 8 {
		_, _ = s.Write(long) // one line of 8 MB
	}
	s.Line("")
	for i := range 3000 {
		s.Line("c" + strings.Repeat("a", i%200) + "  | ERROR unknown " + strings.Repeat("y ", i%300))
	}
	if len(s.part) > maxLine || cap(s.part) > 4*maxLine || len(s.sources) > maxSources || len(s.unknown) > maxUnknown || len(s.verdicts) > maxVerdicts {
		t.Errorf("part %d of %d, sources %d, unknown %d, verdicts %d", len(s.part), cap(s.part), len(s.sources), len(s.unknown), len(s.verdicts))
	}
}

func TestPiecesOfAnySizeGiveTheSame(t *testing.T) {
	text := mixed(t)[:400<<10]
	whole := told(find(string(text), ""))
	for _, size := range []int{1, 7, 4096, 100_000} {
		s := New("")
		for piece := range slices.Chunk(text, size) {
			_, _ = s.Write(piece)
		}
		_ = s.Close()
		if got := told(s.Findings()); got != whole {
			t.Errorf("pieces of %d bytes: got\n%swant\n%s", size, got, whole)
		}
	}
}

func TestALineCountsWhenItEnds(t *testing.T) {
	s := New("")
	_, _ = s.Write([]byte("BufferError: Local: "))
	if found := s.Findings(); len(found) > 0 {
		t.Errorf("half a line gives %s", told(found))
	}
	_, _ = s.Write([]byte("Queue full"))
	_ = s.Close()
	if got := causes(s.Findings()); got != "queue-full" {
		t.Errorf("got %q, want queue-full", got)
	}
}

func TestWhereATextComesFrom(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"[2025-10-20 13:00:00,000] INFO started (kafka.server.KafkaServer)", Broker},
		{"INFO binding to port (org.apache.zookeeper.server.NIOServerCnxnFactory)", Zookeeper},
		{"%3|1|FAIL|rdkafka#producer-1| x", Client},
		{"Error response from daemon: x", Engine},
		{"[+] Running 2/2\n Container kafka Started", Compose},
		{"Traceback (most recent call last):\n  File \"app.py\", line 3", App},
		{"hello", ""},
	} {
		if got := Where(c.text); got != c.want {
			t.Errorf("%q: got %q want %q", c.text, got, c.want)
		}
	}
}

func TestChineseTextsAreSetAsChineseIs(t *testing.T) {
	for _, r := range theBook().written() {
		for _, s := range []string{r.Title.Zh, r.Why.Zh, r.Advice.Windows.Zh, r.Advice.POSIX.Zh} {
			last := general(s)
			if !strings.HasSuffix(last, "。") {
				t.Errorf("%s: %q does not end in a full stop", r.Code, last)
			}
			for i, c := range []rune(s) {
				runes := []rune(s)
				if i == 0 || c > 0x7e || c <= ' ' || strings.ContainsRune(`.,:;()[]{}"'/\-_<>=|%&+*`, c) {
					continue
				}
				if before := runes[i-1]; before >= 0x4e00 && before <= 0x9fff {
					t.Errorf("%s: no space between Chinese and Latin in %q at %q", r.Code, s, string(runes[i-1:i+1]))
				}
			}
		}
	}
}

func FuzzAnyBytesAreReadInPeace(f *testing.F) {
	for _, s := range failing(f) {
		f.Add([]byte(s.text), "")
	}
	f.Add([]byte(wide16("错误 wsl.exe --install\n")), "engine")
	f.Add([]byte("{\"log\":\"%s\\n\"}\n\x1b["), "app")
	f.Fuzz(func(t *testing.T, text []byte, where string) {
		s := New(where)
		_, _ = s.Write(text)
		for _, found := range s.Findings() {
			if len(found.Evidence) > 4*maxEvidence || found.In("zh").Title == "" {
				t.Errorf("%+v", found)
			}
		}
	})
}

func TestTheTextsOfSeveralPlacesHaveOneRoot(t *testing.T) {
	broker, client := New(Broker), New(Client)
	broker.Line("[2026-01-02 03:04:05,678] ERROR Exiting Kafka due to fatal exception (kafka.Kafka$)")
	broker.Line("java.lang.IllegalArgumentException: requirement failed: advertised.listeners cannot use the nonroutable meta-address 0.0.0.0. Use a routable IP address.")
	client.Line("%3|1551203089.453|FAIL|rdkafka#producer-1| [thrd:127.0.0.1:9092/bootstrap]: 127.0.0.1:9092/bootstrap: Connect to ipv4#127.0.0.1:9092 failed: Connection refused (after 80ms in state CONNECT)")
	if got, want := causes(Together(client, broker)), "listener-misconfigured(broker-refused)"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	broker.See(Facts{BrokerAnswers: Yes})
	if got, want := causes(Together(New(App), client)), "broker-refused"; got != want {
		t.Errorf("the client alone: %s, want %s", got, want)
	}
	if got, want := causes(Together(client, broker)), "listener-misconfigured"; got != want {
		t.Errorf("with the fact that the broker answers: %s, want %s", got, want)
	}
}

func TestAMeasuredCauseIsAFindingUnlessALineSaysItBetter(t *testing.T) {
	s := New(Client)
	s.See(Facts{Measured: []Measured{
		{Cause: "broker-refused", Where: Client, Said: "password=hunter2 refused", Args: map[string]string{"addr": "127.0.0.1:9092"}},
		{Cause: "no such cause", Where: Client},
	}})
	found := s.Findings()
	if len(found) != 1 || found[0].Cause != "broker-refused" || found[0].Line != 0 || strings.Contains(found[0].Evidence, "hunter2") {
		t.Errorf("got %+v", found)
	}
	s.Line("%3|1551203089.453|FAIL|rdkafka#producer-1| [thrd:127.0.0.1:9092/bootstrap]: 127.0.0.1:9092/bootstrap: Connect to ipv4#127.0.0.1:9092 failed: Connection refused (after 80ms in state CONNECT)")
	if found := s.Findings(); len(found) != 1 || found[0].Line != 1 {
		t.Errorf("with a line: %+v", found)
	}
}

// A broker logs whoever knocks at its port with other words; that is one client of many, and seldom the one at hand.
func TestAStrangerAtTheBrokersPortIsNotTheRootOfWhatTheStepReports(t *testing.T) {
	for _, cause := range []string{"replication-factor", "unknown-topic", "advertised-unreachable", "module-missing"} {
		s := New(Broker)
		s.Line("org.apache.kafka.common.network.InvalidReceiveException: Invalid receive (size = 1936881266 larger than 104857600)")
		s.See(Facts{Measured: []Measured{{Cause: cause, Where: Client, Said: "measured"}}})
		if found := s.Findings(); len(found) != 1 || found[0].Cause != cause {
			t.Errorf("got %+v, want %s first", found, cause)
		}
	}
	s := New("")
	s.Line("kafka | [2026-01-05 09:00:00,000] WARN [SocketServer listenerType=BROKER, nodeId=1] Unexpected error from /172.18.0.1 (channelId=1); closing connection (org.apache.kafka.common.network.Selector)")
	s.Line("kafka | org.apache.kafka.common.network.InvalidReceiveException: Invalid receive (size = 369295616 larger than 104857600)")
	s.Line("app | %3|1|FAIL|rdkafka#producer-1| [thrd:ssl://localhost:9092/bootstrap]: ssl://localhost:9092/bootstrap: SSL handshake failed: Disconnected: connecting to a PLAINTEXT broker listener? (after 4ms in state SSL_HANDSHAKE)")
	if found := s.Findings(); len(found) != 1 || found[0].Cause != "tls-plaintext-mismatch" {
		t.Errorf("where the app's log says so as well: %+v", found)
	}
}

func TestAFindingIsToldAgainFromItsCode(t *testing.T) {
	f := Finding{}
	for _, r := range theBook().written() {
		if r.Cause == "advertised-unreachable" {
			f = r.finding()
		}
	}
	again, ok := Recall(f.Code, map[string]string{"addr": "kafka:9092"})
	if !ok || !strings.Contains(again.In("en").Title, "kafka:9092") || !strings.Contains(again.In("zh").Title, "kafka:9092") {
		t.Errorf("got %+v, %v", again.In("en"), ok)
	}
	if f, ok := Recall("ST-NEVER-001", nil); ok {
		t.Errorf("a code of the future: %+v", f)
	}
}

// Two brokers on one volume: the one that has it starts while the other ends.
func TestABrokerThatStartsHealsNoOther(t *testing.T) {
	const failed = `second-1  | [2026-11-23 15:59:03,840] ERROR Exiting Kafka due to fatal exception during startup. (kafka.Kafka$)
second-1  | org.apache.kafka.common.KafkaException: Failed to acquire lock on file .lock in /var/lib/kafka/data. A Kafka instance in another process or thread is using this directory.
`
	const started = "-1  | [2026-11-23 15:59:05,012] INFO [KafkaServer id=1] started (kafka.server.KafkaServer)\n"
	if found := find(failed+"kafka"+started, ""); len(found) == 0 || found[0].Code != "ST-KAFKA-012" {
		t.Errorf("after another broker's start: got %swant ST-KAFKA-012", told(found))
	}
	if found := find(failed+"second"+started, ""); len(found) > 0 {
		t.Errorf("after its own start: got %swant nothing", told(found))
	}
}

// What the text says comes first, then what is known of the project; what nobody knows stands in capitals.
func TestAdviceIsFilledFromTheTextAndTheProject(t *testing.T) {
	known := map[string]string{
		"compose": "docker compose -f infra/kafka.yml", "kafka": "broker", "address": "127.0.0.1:19092", "variable": "BROKERS",
		"python": "venv/bin/python", "service of port 3306": "db",
	}
	for _, c := range []struct {
		text, system string
		known        map[string]string
		want         []string
	}{
		{"ModuleNotFoundError: No module named 'cv2'", "other", nil, []string{".venv/bin/python -m pip install opencv-python"}},
		{"ModuleNotFoundError: No module named 'cv2'", "windows", nil, []string{`.venv\Scripts\python.exe -m pip install opencv-python`}},
		{"ModuleNotFoundError: No module named 'yaml'", "other", known, []string{"venv/bin/python -m pip install PyYAML"}},
		{"OSError: [Errno 98] Address already in use: ('0.0.0.0', 8123)", "other", nil, []string{"ss -ltnp 'sport = :8123'"}},
		{"OSError: [WinError 10048] x\nERROR: port 8123 is in use", "windows", nil, []string{"-LocalPort 8123"}},
		{"kafka.errors.NoBrokersAvailable: NoBrokersAvailable", "other", known, []string{"docker compose -f infra/kafka.yml up -d broker"}},
		{"kafka.errors.NoBrokersAvailable: NoBrokersAvailable", "other", nil, []string{"docker compose up -d"}},
		{"%3|1|FAIL|rdkafka#producer-1| [thrd:kafka:9092/bootstrap]: kafka:9092/bootstrap: Failed to resolve 'kafka:9092': x", "other", known, []string{"export BROKERS=127.0.0.1:19092"}},
		{"%3|1|FAIL|rdkafka#producer-1| [thrd:kafka:9092/bootstrap]: kafka:9092/bootstrap: Failed to resolve 'kafka:9092': x", "windows", nil, []string{`$env:VARIABLE = "ADDRESS"`}},
		{"redis.exceptions.ConnectionError: Error 111 connecting to cache:6379. Connection refused.", "other", known, []string{"docker compose -f infra/kafka.yml up -d cache", "nc -vz cache 6379"}},
		{
			"requests.exceptions.ConnectionError: HTTPConnectionPool(host='localhost', port=3306): Max retries exceeded (Caused by NewConnectionError: [Errno 111] Connection refused)", "windows", known,
			[]string{"docker compose -f infra/kafka.yml up -d db", "Test-NetConnection localhost -Port 3306"},
		},
		{"A module that was compiled using NumPy 1.x cannot be run in NumPy 2.1.0", "other", nil, []string{`pip install "numpy<2"`}},
		{"AssertionError: MMCV==2.2.0 is used but incompatible. Please install mmcv>=2.0.0rc4, <2.2.0.", "windows", nil, []string{`pip install "mmcv>=2.0.0rc4,<2.2.0"`}},
		{"ERROR: detector 1.0 requires numpy<2.0.0, but you have numpy 2.1.0 which is incompatible.", "other", nil, []string{`pip install "numpy<2.0.0"`}},
		{`FileNotFoundError: [Errno 2] No such file or directory: 'D:\\My data\\$(calc).txt'`, "windows", nil, []string{`Get-Item 'D:\My data\$(calc).txt'`}},
		{`FileNotFoundError: [Errno 2] No such file or directory: '/srv/my data; reboot'`, "other", nil, []string{`ls -l '/srv/my data; reboot'`}},
		{`Error response from daemon: Conflict. The container name "/kafka" is already in use by container "0123".`, "windows", nil, []string{"docker stop kafka", "docker rename kafka kafka-old"}},
	} {
		found := find(c.text+"\n", "")
		if len(found) == 0 {
			t.Errorf("%s: nothing found", c.text)
			continue
		}
		f := found[0].With(c.known).With(map[string]string{"system": c.system})
		got := strings.Split(f.In("en").Fix, "\n")
		for _, want := range c.want {
			if !slices.ContainsFunc(got, func(l string) bool { return strings.Contains(l, want) }) {
				t.Errorf("%s (%s) on %s: got %q, want %q", c.text, f.Code, c.system, got, want)
			}
		}
	}
}

// Where Kafka is built in, or another computer's, one was told to call docker compose.
func TestAProjectWithoutContainersIsNotToldToCallCompose(t *testing.T) {
	none := map[string]string{"compose": ""}
	for text, want := range map[string]string{
		"kafka.errors.NoBrokersAvailable: NoBrokersAvailable":                                       "",
		"kafka: controller is not available":                                                        "",
		"redis.exceptions.ConnectionError: Error 111 connecting to cache:6379. Connection refused.": "nc -vz cache 6379",
		"%3|1|FAIL|rdkafka#producer-1| [thrd:x:9092/bootstrap]: x:9092/bootstrap: Connect to ipv4#127.0.0.1:9092 failed: Connection refused (after 80ms in state CONNECT)": "",
	} {
		found := find(text+"\n", "")
		if len(found) == 0 {
			t.Errorf("%s: nothing found", text)
			continue
		}
		for _, lang := range []string{"en", "zh"} {
			f := found[0].With(none).With(map[string]string{"system": "other"}).In(lang)
			if f.Fix != want {
				t.Errorf("%s (%s): got the command %q, want %q", text, f.Code, f.Fix, want)
			}
			if all := strings.ToLower(f.Advice + f.Itself); strings.Contains(all, "container") || strings.Contains(all, "容器") {
				t.Errorf("%s (%s): advice %q speaks of containers", text, f.Code, f.Advice)
			}
		}
	}
}

func TestAServiceIsCalledByItsName(t *testing.T) {
	f := find("pymysql.err.OperationalError: (2003, \"Can't connect to MySQL server on '10.9.8.7' ([Errno 111] Connection refused)\")\n", App)[0]
	if got, want := f.In("en").Title, "The MySQL database does not answer at 10.9.8.7."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := f.In("zh").Title, "MySQL 数据库没有响应（10.9.8.7）。"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAnEmptyTextIsSaidToBeEmpty(t *testing.T) {
	for text, want := range map[string]bool{"": true, "\n \r\n": true, "\xff\xfe": true, "x": false, "INFO fine\n": false} {
		if r, err := Run(strings.NewReader(text), "", "en", nil); err != nil || r.Empty != want || len(r.Findings) > 0 {
			t.Errorf("%q: %+v, %v", text, r, err)
		}
	}
}

// An address that was put together of two places in a line was masked like a secret, and a line number of a source file
// was told as a port.
func TestTheAddressOfAServiceIsReadable(t *testing.T) {
	for text, want := range map[string]string{
		"urllib3.exceptions.MaxRetryError: HTTPConnectionPool(host='store', port=9153): Max retries exceeded (Caused by NewConnectionError('Failed to establish a new connection: [Errno 111] Connection refused'))\n": "store:9153",
		"[ WARN:0@30.0] global cap_ffmpeg_impl.hpp:453 _opencv_ffmpeg_interrupt_callback Stream timeout triggered after 30034.7 ms\n":                                                                                  "",
	} {
		found := find(text, App)
		if len(found) == 0 || found[0].Cause != "service-unreachable" || found[0].Args["addr"] != want {
			t.Errorf("%s\ngot %+v, want the address %q", text, found, want)
		}
	}
}

// A text of lines without any level was told "nothing is wrong" although its last line said what was.
func TestALastLineThatSpeaksOfAFailureIsNotNothing(t *testing.T) {
	for _, text := range []string{
		"Feb 02 09:00:00 box systemd[1]: Starting det, the detector\nFeb 02 09:00:01 box systemd[1]: Failed to start det, the detector.\n",
		"loading the plan\nthe plan could not be carried out\n",
		"正在加载方案\n方案无法执行\n",
	} {
		if found := find(text, ""); len(found) != 1 || found[0].Cause != Unknown {
			t.Errorf("%s\ngot %+v, want an honest unknown", text, found)
		}
	}
}

// What fails later may prove that what failed before is over.
func TestAMessageThatIsTooLargeHasATopic(t *testing.T) {
	const text = `WARN [Producer clientId=p] Error while fetching metadata with correlation id 2 : {images=UNKNOWN_TOPIC_OR_PARTITION}
INFO [Producer clientId=p] Cluster metadata is here
ERROR not sent
org.apache.kafka.common.errors.RecordTooLargeException: The message is 3145800 bytes when serialized which is larger than 1048576
`
	if found := find(text, Client); len(found) == 0 || found[0].Cause != "message-too-large" {
		t.Errorf("got %s", told(found))
	}
}

// A crash names the package whose code it happened in.
func TestACrashNamesThePackage(t *testing.T) {
	const text = `Windows fatal exception: access violation

Current thread 0x00001b2c (most recent call first):
  File "C:\line\.venv\Lib\site-packages\torch\nn\modules\conv.py", line 456 in _conv_forward
  File "C:\line\run.py", line 12 in main
`
	found := find(text, App)
	if len(found) == 0 || found[0].Name != "native-crash" || found[0].Args["module"] != "torch" {
		t.Errorf("got %s %v", told(found), found)
	}
}

// An exception of a service's library says whose it is and what kind, although no rule names its class.
func TestAnExceptionOfALibraryIsOfItsService(t *testing.T) {
	for _, c := range []struct{ text, cause, service string }{
		{"clickhouse_connect.driver.exceptions.ProgrammingError: too many parts\n", "service-answer", "clickhouse"},
		{"qdrant_client.common.OddError: wrong size of a vector\n", "service-answer", "vectordb"},
		{"nats.aio.errors.OddError: the other side: timed out\n", "service-unreachable", "nats"},
		{"line.store.TableError: wrong size\n", "unknown", ""},
		{"09:00:01 ERROR 写入 influxdb 失败，稍后重试\n", "unknown", ""},
		{"09:00:01 ERROR influxdb 写入失败，稍后重试\n", "service-unreachable", "influxdb"},
	} {
		found := find(c.text, App)
		if len(found) == 0 || found[0].Cause != c.cause || found[0].Args["service"] != c.service {
			t.Errorf("want %s of %q, got %s for\n%s", c.cause, c.service, told(found), c.text)
		}
	}
}

// Any program in Java says what Kafka says when a number is missing or a port is taken.
func TestAnAnswerOverHTTPIsNotOneOfKafka(t *testing.T) {
	const text = "[2026-03-28 14:51:28] [service: orders] [WARN] kafka: publishing to orders is slow\n" +
		"[2026-03-28 14:51:32] [service: gateway] [ERROR] HTTP 503 Service Unavailable from users\n"
	if found := find(text, ""); len(found) != 1 || found[0].Cause != "service-unreachable" || found[0].Args["service"] != "web" {
		t.Errorf("got %+v", found)
	}
}

func TestAFailureIsOfWhomItsLineNames(t *testing.T) {
	for text, want := range map[string]string{
		`environs.exceptions.EnvError: Environment variable "KAFKA_BROKER" not set`:                                                                                                                       "settings-invalid",
		`Post "http://influxdb:8086/write?db=det": net/http: request canceled (Client.Timeout exceeded while awaiting headers)`:                                                                           "service-unreachable",
		"[2026-01-17 10:24:24,876] WARN [RaftManager id=1] Connection to node -2 (kafka-2/172.18.0.4:9093) could not be established. Node may not be available. (org.apache.kafka.clients.NetworkClient)": "controller-unavailable",
	} {
		if found := find(text, ""); len(found) == 0 || found[0].Cause != want {
			t.Errorf("%s: got %+v", text, found)
		}
	}
}

func TestAFailureOfAnotherProgramInJavaIsNotOneOfKafka(t *testing.T) {
	const said = "09:00:01 ERROR the report was not made\njava.lang.NumberFormatException: For input string: \"\"\n"
	for _, c := range []struct{ text, cause string }{
		{said + "\tat java.base/java.lang.Integer.parseInt(Integer.java:672)\n\tat com.example.line.Report.make(Report.java:31)\n", "unknown"},
		{said + "\tat java.base/java.lang.Integer.parseInt(Integer.java:672)\n\tat kafka.server.KafkaConfig.<init>(KafkaConfig.scala:1)\n", "missing-env"},
	} {
		if found := find(c.text, ""); len(found) != 1 || found[0].Cause != c.cause {
			t.Errorf("want %s, got %s for\n%s", c.cause, told(found), c.text)
		}
	}
}

// Who passes on what a collector of traces refused is not about the models that are served over gRPC too.
func TestWhoIsSpokenToOverGRPCIsToldByMoreThanThat(t *testing.T) {
	for _, c := range []struct{ text, service string }{
		{"[ERROR] OTLP exporter: failed to connect to all addresses; last error: ipv4:172.18.0.9:4317: Connection refused\n", "telemetry"},
		{"grpc._channel._InactiveRpcError: StatusCode.UNAVAILABLE: failed to connect to all addresses\n", "rpc"},
		{"tritonclient.utils.InferenceServerException: [StatusCode.UNAVAILABLE] failed to connect to all addresses\n", "inference"},
	} {
		if found := find(c.text, App); len(found) == 0 || found[0].Args["service"] != c.service {
			t.Errorf("want %s, got %s for\n%s", c.service, told(found), c.text)
		}
	}
}
