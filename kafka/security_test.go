package kafka

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// certify makes an authority and a server certificate of it for 127.0.0.1 and the names, valid until the given time.
// It returns the server's configuration and the authority's PEM file.
func certify(t *testing.T, until time.Time, names ...string) (*tls.Config, string) {
	t.Helper()
	sign := func(c, parent *x509.Certificate, key, by *ecdsa.PrivateKey) []byte {
		der, err := x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, by)
		if err != nil {
			t.Fatal(err)
		}
		return der
	}
	newKey := func() *ecdsa.PrivateKey {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	caKey, key := newKey(), newKey()
	ca := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test CA"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageCertSign,
	}
	server := &x509.Certificate{
		SerialNumber: big.NewInt(2), DNSNames: names, NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: until,
	}
	if len(names) == 0 {
		server.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1)}
	}
	caDER := sign(ca, ca, caKey, caKey)
	chain := tls.Certificate{Certificate: [][]byte{sign(server, ca, key, caKey)}, PrivateKey: key}
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: caDER}), 0o600); err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{chain}}, file
}

func TestTLSIsSpokenWhenToldTo(t *testing.T) {
	tomorrow := time.Now().Add(24 * time.Hour)
	good, ca := certify(t, tomorrow)
	_, otherCA := certify(t, tomorrow)
	named, namedCA := certify(t, tomorrow, "kafka.example")
	old, oldCA := certify(t, time.Now().Add(-time.Hour))
	for _, tt := range []struct {
		name   string
		server *tls.Config
		sec    Security
		want   string
	}{
		{"trusted", good, Security{Protocol: SSL, CAFile: ca}, ""},
		{"another authority", good, Security{Protocol: SSL, CAFile: otherCA}, TLSUntrusted},
		{"the system's authorities", good, Security{Protocol: SSL}, TLSUntrusted},
		{"for another name", named, Security{Protocol: SSL, CAFile: namedCA}, TLSWrongName},
		{"for the name told", named, Security{Protocol: SSL, CAFile: namedCA, ServerName: "kafka.example"}, ""},
		{"expired", old, Security{Protocol: SSL, CAFile: oldCA}, TLSExpired},
		{"not spoken by us", good, Security{}, TLSNeeded},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, c := fakeKafka(t, kfake.TLS(tt.server))
			c.Security = tt.sec
			err := c.Ready(t.Context())
			if tt.want != "" {
				if e := wantFault(t, err, tt.want); !e.Final() {
					t.Error("not final, want it so: nothing changes until somebody acts")
				}
				return
			}
			if err != nil {
				t.Error(err)
			}
			if _, err := c.Canary(soon(t)); err != nil {
				t.Errorf("canary: %v", err)
			}
		})
	}
}

func password(p string) func() (string, error) { return func() (string, error) { return p, nil } }

func TestLoginsWorkAndFailAsTold(t *testing.T) {
	server, ca := certify(t, time.Now().Add(time.Hour))
	login := func(mechanism, user, pass string) Security {
		return Security{Protocol: SASLPlaintext, Mechanism: mechanism, User: user, Password: password(pass)}
	}
	overTLS := login(ScramSHA512, "eve", "512")
	overTLS.Protocol, overTLS.CAFile = SASLSSL, ca
	for _, tt := range []struct {
		name  string
		tls   bool
		sec   Security
		want  string
		final bool
	}{
		{"PLAIN", false, login(Plain, "bob", "plain"), "", false},
		{"PLAIN by default", false, login("", "bob", "plain"), "", false},
		{"SCRAM-SHA-256", false, login(ScramSHA256, "amy", "256"), "", false},
		{"SCRAM-SHA-512", false, login(ScramSHA512, "eve", "512"), "", false},
		{"a password that SASLprep would rewrite", false, login(ScramSHA256, "liz", "ﬁ²"), "", false}, // brokers take it as it is
		{"SCRAM over TLS", true, overTLS, "", false},
		{"a wrong password", false, login(ScramSHA256, "amy", "wrong"), SASLFailed, false}, // kfake just hangs up
		{"an unknown user", false, login(ScramSHA512, "nobody", "512"), SASLFailed, false},
		{"no login at all", false, Security{}, SASLNeeded, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			opts := []kfake.Opt{
				kfake.EnableSASL(), kfake.Superuser(Plain, "bob", "plain"),
				kfake.Superuser(ScramSHA256, "amy", "256"), kfake.Superuser(ScramSHA512, "eve", "512"),
				kfake.Superuser(ScramSHA256, "liz", "ﬁ²"),
			}
			if tt.tls {
				opts = append(opts, kfake.TLS(server))
			}
			_, c := fakeKafka(t, opts...)
			c.Security = tt.sec
			l := c.CheckReadiness(t.Context())
			if tt.want != "" {
				e := wantFault(t, l.Err(), tt.want)
				if got, want := checks(l), "port protocol metadata✗ "; got != want || e.Final() != tt.final {
					t.Errorf("got %s, final %v; want %s, %v", got, e.Final(), want, tt.final)
				}
				return
			}
			if err := l.Err(); err != nil {
				t.Error(err)
			}
			if _, err := c.Canary(soon(t)); err != nil {
				t.Errorf("canary: %v", err)
			}
		})
	}
}

func TestWhatABrokerSaysAboutALoginIsFinal(t *testing.T) {
	handshake := func(err *kerr.Error, offered ...string) func(kmsg.Request) kmsg.Response {
		return func(req kmsg.Request) kmsg.Response {
			resp := req.ResponseKind().(*kmsg.SASLHandshakeResponse)
			resp.ErrorCode, resp.SupportedMechanisms = err.Code, offered
			return resp
		}
	}
	refused := func(req kmsg.Request) kmsg.Response {
		resp := req.ResponseKind().(*kmsg.SASLAuthenticateResponse)
		resp.ErrorCode, resp.ErrorMessage = kerr.SaslAuthenticationFailed.Code, ptr("Authentication failed: Invalid username or password")
		return resp
	}
	for _, tt := range []struct {
		name   string
		key    kmsg.Key
		answer func(kmsg.Request) kmsg.Response
		want   string
	}{
		{"no login known", kmsg.SASLHandshake, handshake(kerr.IllegalSaslState), SASLNotExpected},
		{"another mechanism", kmsg.SASLHandshake, handshake(kerr.UnsupportedSaslMechanism, "GSSAPI", "PLAIN"), SASLMechanism},
		{"wrong", kmsg.SASLAuthenticate, refused, SASLFailed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			fake, c := fakeKafka(t, kfake.EnableSASL(), kfake.Superuser(ScramSHA256, "u", "p"))
			always(fake, tt.key, tt.answer)
			c.Security = Security{Protocol: SASLPlaintext, Mechanism: ScramSHA256, User: "u", Password: password("p")}
			e := wantFault(t, c.Ready(t.Context()), tt.want)
			if !e.Final() {
				t.Error("not final, want it so")
			}
			if offered, ok := e.Args["Offered"]; ok && offered != "GSSAPI, PLAIN" {
				t.Errorf("got offered %q", offered)
			}
		})
	}
}

func TestThePasswordIsNeverShown(t *testing.T) {
	_, c := fakeKafka(t, kfake.EnableSASL(), kfake.Superuser(Plain, "bob", "right"))
	c.Security = Security{Protocol: SASLPlaintext, User: "bob", Password: password("s3cr3t")}
	err := c.Ready(t.Context())
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		if said := fmt.Sprintf(verb+verb, *c, err); strings.Contains(said, "s3cr3t") || strings.Contains(said, "733363723374") {
			t.Errorf("%s shows the password: %s", verb, said)
		}
	}
	locked := errors.New("keyring is locked")
	c.Security.Password = func() (string, error) { return "", locked }
	if err := c.Ready(t.Context()); !errors.Is(err, locked) {
		t.Errorf("got %v, want the keyring's own error", err)
	}
	wantFault(t, c.Ready(t.Context()), NoCredentials)
}

func TestSettingsAreJudgedBeforeAnyConnection(t *testing.T) {
	notPEM := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(notPEM, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	one := []string{"127.0.0.1:9092"}
	p := password("p")
	for _, tt := range []struct {
		name string
		c    Cluster
		want string
	}{
		{"plain", Cluster{Bootstrap: one}, ""},
		{"IPv6", Cluster{Bootstrap: []string{"[::1]:9092"}}, ""},
		{"no address", Cluster{}, BadBootstrap},
		{"no port", Cluster{Bootstrap: []string{"localhost"}}, BadBootstrap},
		{"no host", Cluster{Bootstrap: []string{":9092"}}, BadBootstrap},
		{"port 0", Cluster{Bootstrap: []string{"a:0"}}, BadBootstrap},
		{"a URL", Cluster{Bootstrap: []string{"http://a:9092"}}, BadBootstrap},
		{"two in one", Cluster{Bootstrap: []string{"a:9092,b:9092"}}, BadBootstrap},
		{"unknown protocol", Cluster{Bootstrap: one, Security: Security{Protocol: "TLS"}}, BadProtocol},
		{"unknown mechanism", Cluster{Bootstrap: one, Security: Security{Protocol: SASLSSL, Mechanism: "GSSAPI", User: "u", Password: p}}, BadMechanism},
		{"no user", Cluster{Bootstrap: one, Security: Security{Protocol: SASLSSL, Password: p}}, NoCredentials},
		{"no password", Cluster{Bootstrap: one, Security: Security{Protocol: SASLSSL, User: "u"}}, NoCredentials},
		{"a login", Cluster{Bootstrap: one, Security: Security{Protocol: SASLSSL, User: "u", Password: p}}, ""},
		{"no CA file", Cluster{Bootstrap: one, Security: Security{Protocol: SSL, CAFile: notPEM + ".missing"}}, BadCAFile},
		{"not PEM", Cluster{Bootstrap: one, Security: Security{Protocol: SSL, CAFile: notPEM}}, BadCAFile},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.c.Validate()
			if tt.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if e := wantFault(t, err, tt.want); !e.Final() {
				t.Error("not final, want it so")
			}
		})
	}
}
