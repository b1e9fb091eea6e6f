package redact

import (
	"slices"
	"strings"
	"testing"
)

// planted puts a secret together at run time, so that none stands in this file for scanners of repositories to find.
func planted(parts ...string) string { return strings.Join(parts, "") }

const (
	low32   = "0123456789abcdef0123456789abcdef"
	mixed40 = "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dE3fG5hJ7k"
)

// secrets are lines with what must not be left in them.
var secrets = []struct{ kind, line, secret string }{
	{".env", "DB_PASSWORD=hunter2 and more words", "hunter2 and more words"},
	{".env with quotes", `export KAFKA_SASL_PASSWORD="s3cr3t pass"`, "s3cr3t pass"},
	{"PowerShell", `$env:ALGO_API_TOKEN="tok-123-456"`, "tok-123-456"},
	{"YAML", "  sasl_password: s3cr3t!word", "s3cr3t!word"},
	{"YAML list", "  - MYSQL_ROOT_PASSWORD=r00tpw", "r00tpw"},
	{"properties", "sasl.password=s3cr3t", "s3cr3t"},
	{"properties with spaces", "ssl.keystore.password = changeit99", "changeit99"},
	{"JSON", `{"user":"u","password":"p\"w","port":9092}`, `p\"w`},
	{"JSON in a log", `msg="config {\"apiKey\":\"k3y-0001\"}"`, "k3y-0001"},
	{"Python dict", "{'sasl.username': 'u', 'sasl.password': 'p4ss'}", "p4ss"},
	{"Python call", "Producer(sasl_plain_password='p4ss', acks=1)", "p4ss"},
	{"camel case", `clientSecret: "abc-secret-def"`, "abc-secret-def"},
	{"JAAS", `sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="u" password="jaasPw1";`, "jaasPw1"},
	{"URL", "postgres://app:pg-pass-1@db:5432/x", "pg-pass-1"},
	{"proxy", "HTTPS_PROXY=http://dev:pr0xy@proxy:3128", "pr0xy"},
	{"URL with an at sign in the password", "redis://:p@ss@redis:6379/0", "p@ss"},
	{"query", "GET https://x.example/api?user=1&access_token=qwertz123&page=2", "qwertz123"},
	{"signed URL", "https://a.blob.core.windows.net/c?sv=2022&sig=Abc%2Bdef%3D&se=2025", "Abc%2Bdef%3D"},
	{"connection string", "Server=db;User Id=sa;Password=Str0ng!;Encrypt=true", "Str0ng!"},
	{"Azure storage", "DefaultEndpointsProtocol=https;AccountName=x;AccountKey=YWJjZGVmZ2hpamtsbW5vcA==;EndpointSuffix=core.windows.net", "YWJjZGVmZ2hpamtsbW5vcA"},
	{"bearer", "Authorization: Bearer abc.def-ghi123", "abc.def-ghi123"},
	{"bearer in curl", `curl -H "Authorization: Bearer tokenvalue99" https://x`, "tokenvalue99"},
	{"basic", "authorization: Basic dXNlcjpwYXNzd29yZA==", "dXNlcjpwYXNzd29yZA"},
	{"curl", "curl -u admin:adminpw https://x", "adminpw"},
	{"command line", "app --db-password hunter3 --port 5000", "hunter3"},
	{"command line with =", "app --api-key=k99 --verbose", "k99"},
	{"docker login", "docker login -u me -p dockpw registry.example.com", "dockpw"},
	{"mysql", "mysql -h db -uroot -pmyrootpw test", "myrootpw"},
	{"netrc", "machine x.example login me password netrcpw", "netrcpw"},
	{"XML", "<user>u</user><password>xmlpw</password>", "xmlpw"},
	{"Docker auths", `{"auths":{"https://index.docker.io/v1/":{"auth":"dXNlcjpwYXNz"}}}`, "dXNlcjpwYXNz"},
	{"cookie", "Cookie: session=abc123; theme=dark", "abc123"},
	{"api key header", "X-Api-Key: 99887766", "99887766"},
	{"Chinese", "数据库密码：mima123", "mima123"},
	{"JWT", "token is " + planted("eyJ", "hbGciOiJIUzI1NiJ9.eyJ", "zdWIiOiIxMjM0In0.SflKxwRJSMeKKF2QT4"), "SflKxwRJSMeKKF2QT4"},
	{"AWS id", "using " + planted("AKIA", "IOSFODNN7EXAMPLE"), "IOSFODNN7EXAMPLE"},
	{"AWS key", "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "wJalrXUtnFEMI/K7MDENG"},
	{"Aliyun", "id " + planted("LTAI", "5tAbCdEfGhIjKlMnOpQr"), "5tAbCdEfGhIjKlMnOpQr"},
	{"GitHub", "remote " + planted("gh", "p_", mixed40[:36]), mixed40[:36]},
	{"GitHub, fine", planted("github", "_pat_11ABCDEFG0", mixed40), mixed40},
	{"GitLab", planted("gl", "pat-", mixed40[:20]), mixed40[:20]},
	{"Slack", planted("xo", "xb-123456789012-", mixed40[:24]), mixed40[:24]},
	{"Slack hook", "https://hooks.slack.com/services/" + planted("T000/B000/", mixed40[:24]), mixed40[:24]},
	{"DingTalk hook", "https://oapi.dingtalk.com/robot/send?access_token=" + low32, low32},
	{"npm", planted("np", "m_", mixed40[:36]), mixed40[:36]},
	{"PyPI", planted("py", "pi-AgEIcHlwaS5vcmc", mixed40), mixed40},
	{"Docker Hub", planted("dckr", "_pat_", mixed40[:27]), mixed40[:27]},
	{"Google", planted("AI", "za", mixed40[:35]), mixed40[:35]},
	{"Stripe", planted("sk", "_live_", mixed40[:24]), mixed40[:24]},
	{"model provider", planted("s", "k-proj-", mixed40), mixed40},
	{"Hugging Face", planted("h", "f_", mixed40[:34]), mixed40[:34]},
	{"private key", "-----BEGIN RSA PRIVATE KEY-----\nMIIEow" + mixed40 + "\nabc" + low32 + "\n-----END RSA PRIVATE KEY-----\nafter", mixed40},
	{"private key in one line", `key: "-----BEGIN PRIVATE KEY-----\nMIIEvQ` + mixed40 + `\n-----END PRIVATE KEY-----\n"`, mixed40},
}

func TestNoPlantedSecretIsLeft(t *testing.T) {
	kinds := map[string]bool{}
	for _, s := range secrets {
		kinds[s.kind] = true
		for _, around := range []string{s.line, "before\n" + s.line + "\nafter\n", "2025-10-20 21:30:00.123 | INFO     | app:f:1 - " + s.line} {
			got := Text(around)
			if strings.Contains(got, s.secret) {
				t.Errorf("%s: %q is left in %q", s.kind, s.secret, got)
			}
			if !strings.Contains(got, Mark) {
				t.Errorf("%s: nothing shows that something was masked: %q", s.kind, got)
			}
		}
		if got := Text(Text(s.line)); got != Text(s.line) {
			t.Errorf("%s: masking twice changes %q to %q", s.kind, Text(s.line), got)
		}
	}
	if len(kinds) < 20 {
		t.Errorf("only %d kinds of secrets are planted", len(kinds))
	}
}

func TestWhatIsNoSecretStays(t *testing.T) {
	for _, s := range []string{
		"Topic detection-results created with 3 partitions",
		"commit 3f786850e387550fdab836ed7e6dc881de23001b",
		"kafka.common.InconsistentClusterIdException: The Cluster ID Wyxm4FaRRgek5CrLtIR22Q doesn't match stored clusterId Some(zS6AF4uOSzStqU6EZUzmQw)",
		"Digest: sha256:69022e46b7f4e5b2a5c1f7c9a2b8e36a0fd0a1a5a3b1a4c3f2e1d0c9b8a79685",
		"\tssl.keystore.password = null",
		"\tsasl.jaas.config = [hidden]",
		"\tpassword.encoder.iterations = 4096",
		"\tdelegation.token.max.lifetime.ms = 604800000",
		"\tkey.serializer = class org.apache.kafka.common.serialization.StringSerializer",
		"\tsasl.mechanism = PLAIN",
		"PWD=/home/appuser",
		`The "PWD" variable is not set. Defaulting to a blank string.`,
		"max_tokens=512 tokenizer=bert",
		"compass: north, bypass=true",
		`failed to fetch anonymous token: Get "https://auth.docker.io/token?scope=repository": EOF`,
		"Authentication failed: Invalid username or password",
		"error: x=1 then the token: unexpected end",
		"KafkaError{code=_AUTHENTICATION,val=-169,str=\"x\"}",
		"DB_PASSWORD=${DB_PASSWORD}",
		"password: ",
		"basic authentication is used",
		"bearer authentication required",
		"http://127.0.0.1:5000/",
		"C:\\work\\detection\\.venv\\Scripts\\python.exe -m pip install -r requirements.txt",
		"open //./pipe/docker_engine: The system cannot find the file specified.",
		"user=admin host=db port=5432",
		"-----BEGIN CERTIFICATE-----",
		"sk-1",
		"a sentence with risk-averse-decision-making-process in it",
		"检测服务启动，等待视频流",
	} {
		if got := Text(s); got != s {
			t.Errorf("%q became %q", s, got)
		}
	}
}

func TestTheRestOfALineStaysReadable(t *testing.T) {
	for in, want := range map[string]string{
		"postgres://app:pw@db:5432/x":                            "postgres://app:***@db:5432/x",
		`{"user":"u","password":"pw","port":9092}`:               `{"user":"u","password":"***","port":9092}`,
		"sasl.username=u sasl.password=pw acks=1":                "sasl.username=u sasl.password=*** acks=1",
		"Server=db;Password=pw;Encrypt=true":                     "Server=db;Password=***;Encrypt=true",
		"app --db-password pw --port 5000":                       "app --db-password *** --port 5000",
		"GET /x?token=abc&page=2 HTTP/1.1":                       "GET /x?token=***&page=2 HTTP/1.1",
		"KAFKA_SASL_PASSWORD=pw with space\nKAFKA_BROKER_ID=1\n": "KAFKA_SASL_PASSWORD=***\nKAFKA_BROKER_ID=1\n",
	} {
		if got := Text(in); got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
}

func TestAValueIsMaskedByItsName(t *testing.T) {
	for _, c := range []struct{ key, value, want string }{
		{"DB_PASSWORD", "x", Mark},
		{"KAFKA_SASL_JAAS_CONFIG", `required password="x";`, `required password="***";`},
		{"apiKey", "x", Mark},
		{"ALGO_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9092", "127.0.0.1:9092"},
		{"PWD", `C:\work`, `C:\work`},
		{"HTTPS_PROXY", "http://u:p@h:1", "http://u:***@h:1"},
		{"SSL_KEY_PASSWORD", "null", "null"},
	} {
		if got := Value(c.key, c.value); got != c.want {
			t.Errorf("%s=%s: got %q want %q", c.key, c.value, got, c.want)
		}
	}
}

func FuzzMaskingIsDoneOnce(f *testing.F) {
	for _, s := range secrets {
		f.Add(s.line)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got := Text(s); len(got) > 4*len(s)+100 {
			t.Errorf("%q became %d bytes", s, len(got))
		}
	})
}

func BenchmarkAHealthyLog(b *testing.B) {
	line := "[2025-10-20 12:41:35,233] INFO Creating /brokers/ids/1 (is it secure? false) (kafka.zk.KafkaZkClient)\n"
	text := strings.Repeat(line, 10_000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		_ = Text(text)
	}
}

func TestSecretsAreKnownByTheirNames(t *testing.T) {
	for name, secret := range map[string]bool{
		"KAFKA_SASL_PASSWORD": true, "LLM_API_KEY": true, "apikey": true, "AUTH_TOKEN": true, "AWS_SECRET_ACCESS_KEY": true, "DB_PWD": true, "SIGNING_KEY": true,
		"ALGO_ENABLE_KAFKA_STREAMING": false, "ALGO_KAFKA_BOOTSTRAP_SERVERS": false, "ALGO_KAFKA_DETECTION_TOPIC": false, "KEYBOARD": false,
	} {
		if got := Secret(name); got != secret {
			t.Errorf("%s: got %t, want %t", name, got, secret)
		}
	}
}

func TestValuesAreTheSecretsThatAreNoWords(t *testing.T) {
	got := Values([]string{
		"AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG+bPx", "DB_PASSWORD=Tr0ub4dor&3", "KAFKA_PASSWORD=streamtray", "PASSWORD=a1",
		"PATH=/usr/bin1:/bin", "TOKEN_FILE=/run/t0ken/file1", "TOKEN=localhost:9092", "HOME",
	})
	if want := []string{"wJalrXUtnFEMI/K7MDENG+bPx", "Tr0ub4dor&3"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
