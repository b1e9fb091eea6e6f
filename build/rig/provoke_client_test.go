//go:build rig && linux

package rig

import (
	"crypto/tls"
	"encoding/json"
	"net"
	"path/filepath"
)

// clientFaults are what programs print that cannot talk to a Kafka that works.
func clientFaults() map[string]func(*broken) told {
	return map[string]func(*broken) told{
		"client-refused": func(b *broken) told {
			return b.clientFails(map[string]any{"bootstrap.servers": b.address()}, "produce", "x", "1")
		},
		"client-name": func(b *broken) told {
			return b.clientFails(map[string]any{"bootstrap.servers": "kafka-of-nobody.invalid:9092"}, "produce", "x", "1")
		},
		"client-property": func(b *broken) told {
			return b.clientFails(map[string]any{"bootstrap.servers": b.address(), "retrys": 3}, "produce", "x", "1")
		},
		"client-advertised": func(b *broken) told {
			b.broker(kafka{env: set("KAFKA_ADVERTISED_LISTENERS", "INTERNAL://kafka:29092,HOST://kafka-of-nobody.invalid:PORT")(b.port)})
			b.starts("kafka", started)
			return b.clientFails(map[string]any{"bootstrap.servers": b.address()}, "produce", "x", "1")
		},
		"client-topic": func(b *broken) told {
			b.serving()
			return b.clientFails(map[string]any{"bootstrap.servers": b.address()}, "consume", "nobody-made-it", "5")
		},
		"client-too-large": func(b *broken) told {
			b.serving()
			return b.clientFails(map[string]any{"bootstrap.servers": b.address()}, "produce", "x", "2000000")
		},
		"client-queue": func(b *broken) told {
			b.serving()
			return b.clientFails(map[string]any{"bootstrap.servers": b.address(), "queue.buffering.max.messages": 1}, "flood", "x", "1")
		},
		"client-tls": func(b *broken) told {
			b.serving()
			return b.clientFails(map[string]any{"bootstrap.servers": b.address(), "security.protocol": "ssl"}, "produce", "x", "1")
		},
		"client-sasl": func(b *broken) told {
			b.serving()
			return b.clientFails(map[string]any{"bootstrap.servers": b.address(), "security.protocol": "sasl_plaintext", "sasl.mechanism": "PLAIN", "sasl.username": "u", "sasl.password": "p"}, "produce", "x", "1")
		},
		"client-replicas": func(b *broken) told {
			b.serving()
			return b.clientFails(map[string]any{"bootstrap.servers": b.address()}, "create", "three-copies", "3")
		},
		"client-min-isr": func(b *broken) told {
			b.broker(kafka{env: map[string]string{"KAFKA_MIN_INSYNC_REPLICAS": "2", "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "true"}})
			b.starts("kafka", started)
			return b.clientFails(map[string]any{"bootstrap.servers": b.address(), "acks": "all", "retries": 0}, "produce", "x", "1")
		},
		"broker-hears-tls": func(b *broken) told {
			b.serving()
			conn, err := (&tls.Dialer{NetDialer: &net.Dialer{Timeout: soon}, Config: &tls.Config{InsecureSkipVerify: true}}).DialContext(b.Context(), "tcp", b.address())
			if err == nil {
				b.Fatalf("Kafka speaks TLS: %v", conn.Close())
			}
			b.says("kafka", "InvalidReceiveException")
			return b.read("broker", b.log("kafka"))
		},
	}
}

// serving brings a broker up that works.
func (b *broken) serving() {
	b.Helper()
	b.broker(kafka{})
	b.starts("kafka", started)
}

// client runs an independent client: librdkafka.
func (b *broken) client(conf map[string]any, args ...string) (string, error) {
	b.Helper()
	text, err := json.Marshal(conf)
	b.must(err)
	script, err := filepath.Abs("testdata/provoke.py")
	b.must(err)
	return b.ran(nil, append([]string{here.Python, script, string(text)}, args...)...)
}

// clientFails runs a client that must fail, and reads what it printed.
func (b *broken) clientFails(conf map[string]any, args ...string) told {
	b.Helper()
	out, err := b.client(conf, args...)
	if err == nil {
		b.Fatalf("%v went well: %s", args, out)
	}
	return b.read("client", out)
}
