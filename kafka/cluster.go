package kafka

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"streamtray/internal/projectfile"
)

// ClientID is how brokers see this program in their logs and quotas.
const ClientID = "streamtray"

// Cluster is a Kafka cluster, known by some of its addresses. It holds no connection, but for those in Pool; every method
// opens its own and closes them before it returns. A Cluster may be used by many goroutines as long as nobody writes its fields.
type Cluster struct {
	Bootstrap []string      // host:port of brokers to ask first; any one that answers will do
	Security  Security      // the zero value is PLAINTEXT
	Group     string        // the consumer group that the last check asks about; empty: ClientID
	Dial      time.Duration // how long to wait for a connection; 0: 1 s
	Answer    time.Duration // how long to wait for an answer; 0: 3 s

	// Pool is where Exist, List and Counts leave their connections for the next of them; nil: nowhere.
	Pool *Pool

	LoopbackOnly bool // no address but this computer's own is looked up or connected to, whatever brokers advertise
}

// The protocols that a listener may speak, as Kafka names them.
const (
	Plaintext     = "PLAINTEXT"
	SASLPlaintext = "SASL_PLAINTEXT"
	SSL           = "SSL"
	SASLSSL       = "SASL_SSL"
)

// The ways to log in, as Kafka names them.
const (
	Plain       = "PLAIN"
	ScramSHA256 = "SCRAM-SHA-256"
	ScramSHA512 = "SCRAM-SHA-512"
)

// Security says how to speak to a listener and who we are.
type Security struct {
	Protocol   string // Plaintext, SASLPlaintext, SSL or SASLSSL; empty: Plaintext
	Mechanism  string // Plain, ScramSHA256 or ScramSHA512; empty with SASL: Plain
	User       string
	Password   func() (string, error) // asked for at each login, never kept or printed
	CAFile     string                 // PEM; empty: the system's authorities
	ServerName string                 // the name the certificate must bear; empty: the host dialled
}

// TLS reports whether connections are encrypted.
func (s Security) TLS() bool { return s.Protocol == SSL || s.Protocol == SASLSSL }

// SASL reports whether connections start with a login.
func (s Security) SASL() bool { return s.Protocol == SASLPlaintext || s.Protocol == SASLSSL }

func (s Security) mechanism() string { return cmp.Or(s.Mechanism, Plain) }

// Validate reports what is wrong with the cluster's settings, without any connection. Nil: it can be tried.
func (c *Cluster) Validate() error {
	if err := c.check(); err != nil {
		return err
	}
	_, err := c.Security.tlsConfig()
	return err
}

// check is Validate without opening files.
func (c *Cluster) check() error {
	if len(c.Bootstrap) == 0 {
		return final(BadBootstrap, args{"Addr": ""}, errors.New("no address"))
	}
	for _, addr := range c.Bootstrap {
		if err := validAddr(addr); err != nil {
			return final(BadBootstrap, args{"Addr": addr}, err)
		}
	}
	return c.Security.validate()
}

func validAddr(addr string) error {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return err
	}
	if host == "" || strings.ContainsAny(host, " /@,") {
		return errors.New("no host name")
	}
	if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
		return errors.New("no port between 1 and 65535")
	}
	return nil
}

func (s Security) validate() error {
	switch s.Protocol {
	case "", Plaintext, SSL:
		return nil
	case SASLPlaintext, SASLSSL:
	default:
		return final(BadProtocol, args{"Protocol": s.Protocol}, nil)
	}
	switch s.mechanism() {
	case Plain, ScramSHA256, ScramSHA512:
	default:
		return final(BadMechanism, args{"Mechanism": s.Mechanism}, nil)
	}
	if s.User == "" || s.Password == nil {
		return final(NoCredentials, args{"Protocol": s.Protocol}, nil)
	}
	return nil
}

// maxCA is the size in bytes up to which a file is read as certificates; a system's whole store has a quarter of it.
const maxCA = 1 << 20

// tlsConfig is nil when connections are not encrypted.
func (s Security) tlsConfig() (*tls.Config, error) {
	if !s.TLS() {
		return nil, nil
	}
	conf := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: s.ServerName}
	if s.CAFile == "" {
		conf.RootCAs, _ = x509.SystemCertPool() // at the first handshake, as where it fails, reading it takes of the broker's time
		return conf, nil
	}
	pem, err := projectfile.In(filepath.Dir(s.CAFile)).Read(s.CAFile, maxCA)
	if err != nil {
		return nil, final(BadCAFile, args{"File": s.CAFile}, err)
	}
	conf.RootCAs = x509.NewCertPool()
	if !conf.RootCAs.AppendCertsFromPEM(pem) {
		return nil, final(BadCAFile, args{"File": s.CAFile}, errors.New("no certificate in PEM form"))
	}
	return conf, nil
}

func (c *Cluster) group() string { return cmp.Or(c.Group, ClientID) }

func (c *Cluster) dialTime() time.Duration { return cmp.Or(max(c.Dial, 0), time.Second) }

func (c *Cluster) answerTime() time.Duration { return cmp.Or(max(c.Answer, 0), 3*time.Second) }
