package compose

import (
	"encoding/json"
	"maps"
	"slices"
)

type jsonReport struct {
	File         string          `json:"file"`
	Mode         string          `json:"mode"`
	Services     []Seen          `json:"services"`
	Bootstrap    []string        `json:"bootstrap"`
	Alternatives []string        `json:"alternatives"`
	Reachable    bool            `json:"reachable"`
	Security     string          `json:"security"`
	Problems     []jsonProblem   `json:"problems"`
	Notes        []jsonNote      `json:"notes"`
	Topics       map[string]*int `json:"topics"`
	Clusters     []jsonCluster   `json:"clusters"`
}

type jsonProblem struct {
	Code     Code   `json:"code"`
	Service  string `json:"service"`
	Listener string `json:"listener"`
	Line     int    `json:"line"`
	Text     string `json:"text"`
}

type jsonNote struct {
	Service string `json:"service"`
	Line    int    `json:"line"`
	Text    string `json:"text"`
}

type jsonCluster struct {
	Brokers   []string `json:"brokers"`
	Bootstrap []string `json:"bootstrap"`
	Security  string   `json:"security"`
}

// JSON is the report as one JSON object, its sentences put into words by text. Lists are never null; a topic's
// partitions are null when the file does not say.
func (r *Report) JSON(text func(id string, args map[string]any) string) ([]byte, error) {
	out := jsonReport{
		File: r.File, Mode: r.Mode, Services: list0(r.Services), Bootstrap: list0(r.Bootstrap),
		Alternatives: list0(r.Alternatives), Reachable: r.Reachable, Security: r.Security,
		Problems: []jsonProblem{}, Notes: []jsonNote{}, Topics: map[string]*int{}, Clusters: []jsonCluster{},
	}
	for _, p := range r.Problems {
		out.Problems = append(out.Problems, jsonProblem{
			Code: p.Code, Service: p.Service, Listener: p.Listener, Line: p.Line, Text: text(p.ID, p.Args),
		})
	}
	for _, n := range r.Notes {
		out.Notes = append(out.Notes, jsonNote{Service: n.Service, Line: n.Line, Text: text(n.ID, n.Args)})
	}
	for _, name := range slices.Sorted(maps.Keys(r.Topics)) {
		var n *int
		if r.Topics[name] > 0 {
			n = new(int)
			*n = r.Topics[name]
		}
		out.Topics[name] = n
	}
	for _, c := range r.Clusters {
		out.Clusters = append(out.Clusters, jsonCluster{c.Brokers, list0(c.Bootstrap), c.Security})
	}
	return json.MarshalIndent(out, "", "  ")
}

func list0[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}
