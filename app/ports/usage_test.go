package ports

import (
	"os"
	"runtime"
	"testing"
	"time"
)

func TestAProcessIsSeenToWork(t *testing.T) {
	before, known := UsageOf([]int{os.Getpid()})
	if !known {
		if runtime.GOOS == "linux" || runtime.GOOS == "windows" {
			t.Fatal("nothing is known of this process")
		}
		t.Skip("it cannot be told here")
	}
	if before.Memory < 1<<20 {
		t.Errorf("%d bytes; a test takes more", before.Memory)
	}
	held := make([]byte, 64<<20)
	for last := time.Now().Add(30 * time.Second); ; {
		for i := range held {
			held[i]++
		}
		now, _ := UsageOf([]int{os.Getpid()})
		if now.CPU-before.CPU >= 50*time.Millisecond && now.Memory-before.Memory > 32<<20 {
			break
		}
		if time.Now().After(last) {
			t.Fatalf("from %+v to %+v; want the work to be seen, and the memory", before, now)
		}
	}
	if _, known := UsageOf([]int{-1}); known {
		t.Error("a process that there is not is known")
	}
}
