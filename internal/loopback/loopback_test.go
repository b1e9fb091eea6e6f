package loopback

import "testing"

func TestAHostIsThisComputerByItsNameOrItsAddress(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost": true, "LocalHost": true, "127.0.0.1": true, "127.1.2.3": true, "::1": true, "::ffff:127.0.0.1": true,
		"": false, "0.0.0.0": false, "192.168.0.1": false, "kafka": false, "localhost.evil.example": false, "127.0.0.1.evil.example": false,
	} {
		if got := Is(host); got != want {
			t.Errorf("%q: got %t, want %t", host, got, want)
		}
	}
}

func TestTwoNamesOfOneHostAreTheSame(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{{"localhost", "127.0.0.1", true}, {"::1", "localhost", true}, {"Box", "box", true}, {"box", "localhost", false}, {"10.0.0.1", "10.0.0.2", false}} {
		if got := Same(c.a, c.b); got != c.want {
			t.Errorf("%s and %s: got %t, want %t", c.a, c.b, got, c.want)
		}
	}
}
