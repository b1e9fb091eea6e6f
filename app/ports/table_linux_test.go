package ports

import (
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

func TestTheKernelsTablesAreRead(t *testing.T) {
	const four = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:2384 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 15123 1 0000000000000000 100 0 0 10 0
   1: 0100007F:2384 0100007F:C350 01 00000000:00000000 00:00000000 00000000  1000        0 15200 1 0000000000000000 20 4 30 10 -1
`
	const six = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000000000000:2384 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 17 1 0000000000000000 100 0 0 10 0
   1: 00000000000000000000000001000000:0885 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 18 1 0000000000000000 100 0 0 10 0
   2: 0000000000000000FFFF00000100007F:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 19 1 0000000000000000 100 0 0 10 0
`
	var got []listener
	for _, table := range []string{four, six} {
		err := eachRow([]byte(table), func(inode uint64, row []string) error {
			s, err := socketOf(row)
			if s.State == Listening {
				got = append(got, listener{s.Local, inode})
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	want := []listener{
		{netip.MustParseAddrPort("127.0.0.1:9092"), 15123},
		{netip.MustParseAddrPort("[::]:9092"), 17},
		{netip.MustParseAddrPort("[::1]:2181"), 18},
		{netip.MustParseAddrPort("127.0.0.1:8080"), 19},
	}
	if len(got) != len(want) {
		t.Fatalf("got %v, want %v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("got %v, want %v", got[i], want[i])
		}
	}
}

// Where a firewall's rule keeps all that goes out, TCP never counts its data as sent: it probes the other side.
func TestASocketWhoseDataIsNotAcknowledgedIsStalled(t *testing.T) {
	for name, c := range map[string]struct {
		timer, resent, probed string
		want, cut             bool
	}{
		"nothing is under way":         {"00:00000000", "00000000", "0", false, false},
		"sent again once":              {"01:00000014", "00000001", "0", false, false},
		"sent again and again":         {"01:00000014", "00000002", "0", true, false},
		"sent again once more":         {"01:00000014", "00000003", "0", true, true},
		"probed, and answered":         {"04:00000014", "00000000", "1", false, false},
		"probed, and nothing comes":    {"04:00000014", "00000000", "2", true, false},
		"probed for long":              {"04:00000014", "00000000", "9", true, true},
		"it is kept alive, and silent": {"02:00000014", "00000000", "3", false, false},
	} {
		row := []string{"1:", "0100007F:C350", "0100007F:2384", "01", "00000064:00000000", c.timer, c.resent, "0", c.probed, "15200"}
		text, err := socketOf(row)
		if err != nil || text.Stalled != c.want || text.Cut != c.cut {
			t.Errorf("%s: as text %v %v, %v; want %v %v", name, text.Stalled, text.Cut, err, c.want, c.cut)
		}
		m := make([]byte, entryLen)
		m[0], m[answerState] = unix.AF_INET, 1
		m[answerTimer] = c.timer[1] - '0'
		m[answerRetries] = max(c.resent[7], c.probed[len(c.probed)-1]) - '0'
		if _, got := entry(m); got.Stalled != c.want || got.Cut != c.cut {
			t.Errorf("%s: in binary %v %v, want %v %v", name, got.Stalled, got.Cut, c.want, c.cut)
		}
	}
}

func TestAMangledTableIsAnError(t *testing.T) {
	for _, addr := range []string{"0100007F", "0100007F:", "01:2384", "xyz:2384", "0100007F:FFFFF"} {
		if got, err := readAddr(addr); err == nil {
			t.Errorf("%q: got %v, want an error", addr, got)
		}
	}
}

// It takes two users to try this: the program runs again as one that may not look at us.
func TestAnotherUsersListenerIsFoundWithoutAName(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can start a program as another user")
	}
	dir := t.TempDir()
	program := filepath.Join(dir, "ports")
	text, err := os.ReadFile(self(t))
	if err == nil {
		err = os.WriteFile(program, text, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	for d := dir; d != os.TempDir(); d = filepath.Dir(d) {
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	_, port := listen(t, "tcp4", "127.0.0.1:0")
	cmd := child(t, program, strconv.Itoa(port))
	const nobody = 65534
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	out, err := cmd.Output()
	if got, want := string(out), "0 true\nports.taken_unknown\n"; got != want || err != nil {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
}
