package kafka

import (
	"encoding/binary"
	"fmt"
)

// How large a frame of each conversation may be. Kafka's own limit for a request is 100 MiB.
const (
	probeLimit = 1 << 20   // an ApiVersions answer is some 500 bytes
	askLimit   = 16 << 20  // the metadata of some 50,000 partitions
	fetchLimit = 100 << 20 // records
)

// errFrame is a frame that no honest Kafka would send.
type errFrame struct{ length uint32 }

func (e errFrame) Error() string {
	return fmt.Sprintf("frame claims %d bytes (starts with %q)", e.length, binary.BigEndian.AppendUint32(nil, e.length))
}

// frames follows a stream of Kafka frames, each preceded by its length in four bytes, and knows where the next one
// starts. It keeps no payload.
type frames struct {
	limit uint32                  // the largest length allowed
	key   func(first int16) error // optional: judges the two bytes after the length
	head  [6]byte
	got   int    // bytes of head seen
	left  uint32 // payload bytes still to pass
}

// pass judges the next bytes of the stream. It returns how many of them may be handed on; fewer than len(p) only
// together with the reason.
func (f *frames) pass(p []byte) (int, error) {
	done := 0
	for done < len(p) {
		if f.left > 0 {
			n := min(uint64(f.left), uint64(len(p)-done))
			f.left -= uint32(n)
			done += int(n)
			continue
		}
		n, err := f.header(p[done:])
		if err != nil {
			return done, err
		}
		done += n
	}
	return done, nil
}

// header takes what it needs of a frame's first bytes and judges them as soon as it can: the length before anybody
// allocates by it, the key before anybody acts on it.
func (f *frames) header(p []byte) (int, error) {
	need := 4
	if f.key != nil {
		need = 6
	}
	took := 0
	for took < len(p) && f.got < need {
		f.head[f.got] = p[took]
		f.got++
		took++
		if f.got == 4 {
			if n := binary.BigEndian.Uint32(f.head[:]); n < uint32(need) || n > f.limit {
				return 0, errFrame{n}
			}
		}
	}
	if f.got < need {
		return took, nil
	}
	if f.key != nil {
		if err := f.key(int16(binary.BigEndian.Uint16(f.head[4:]))); err != nil {
			return 0, err
		}
	}
	f.left = binary.BigEndian.Uint32(f.head[:]) - uint32(need-4)
	f.got = 0
	return took, nil
}
