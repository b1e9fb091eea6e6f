package ports

import "time"

// Usage is what processes took of the computer.
type Usage struct {
	CPU    time.Duration // of all cores together, since each began
	Memory int64         // bytes resident
}

// UsageOf is what the processes take together; those that are gone take nothing. known is false where it cannot be told.
func UsageOf(pids []int) (u Usage, known bool) {
	for _, pid := range pids {
		if one, ok := usageOf(pid); ok {
			u.CPU, u.Memory, known = u.CPU+one.CPU, u.Memory+one.Memory, true
		}
	}
	return u, known
}
