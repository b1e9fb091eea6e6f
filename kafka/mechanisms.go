package kafka

import "encoding/binary"

// mechanisms are the ways to log in that the listener at addr offers; none when it wants no login or cannot be asked.
// The question names a mechanism that nobody has; a broker answers by naming its own.
func (d *dialer) mechanisms(addr string) []string {
	conn, err := d.Dial("tcp", addr)
	if err != nil {
		return nil
	}
	defer conn.Close() // nothing was written that could be lost
	const none = "NONE"
	body := append(binary.BigEndian.AppendUint16(nil, uint16(len(none))), none...)
	answer, err := exchange(conn, request(keySaslHandshake, 1, body), d.answer)
	if err != nil {
		return nil
	}
	return parseMechanisms(answer)
}

// parseMechanisms reads the payload of a SaslHandshake answer: correlation, error, an array of names. Anything odd
// ends the list.
func parseMechanisms(b []byte) []string {
	const most = 16
	if len(b) < 10 {
		return nil
	}
	count := min(binary.BigEndian.Uint32(b[6:]), most)
	var names []string
	for b = b[10:]; count > 0 && len(b) >= 2; count-- {
		n := int(binary.BigEndian.Uint16(b))
		if b = b[2:]; n > len(b) {
			return names
		}
		names = append(names, printable(b[:n]))
		b = b[n:]
	}
	return names
}
