package kafka

import "strings"

// longestName is Kafka's limit for a topic's name.
const longestName = 249

// nameFaults says for each wanted topic why Kafka would not take its name; nil where it would.
func nameFaults(want []Topic) []error {
	faults := make([]error, len(want))
	seen := make(map[string]string, len(want)) // by the form in which Kafka compares them
	for i, t := range want {
		faults[i] = nameFault(t.Name)
		if faults[i] != nil {
			continue
		}
		form := strings.ReplaceAll(t.Name, ".", "_")
		other, ok := seen[form]
		switch {
		case ok && other == t.Name:
			faults[i] = final(TopicTwice, args{"Topic": t.Name}, nil)
		case ok:
			faults[i] = final(TopicCollides, args{"Topic": t.Name, "Other": other}, nil)
		default:
			seen[form] = t.Name
		}
	}
	return faults
}

func nameFault(name string) error {
	a := args{"Topic": name}
	switch name {
	case "", ".", "..":
		return final(TopicName, a, nil)
	case "__consumer_offsets", "__transaction_state":
		return final(TopicReserved, a, nil)
	}
	if len(name) > longestName || strings.ContainsFunc(name, notInName) {
		return final(TopicName, a, nil)
	}
	return nil
}

func notInName(r rune) bool {
	letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
	return !letter && r != '.' && r != '_' && r != '-'
}
