package view

import (
	"cmp"

	"streamtray/app"
	"streamtray/app/i18n"
)

// Evidence is one claim about the running app, and why it is believed or is not.
type Evidence struct {
	Claim string `json:"claim"` // app, producer, connection, page or records
	// Program is whose claim it is, of several programs; empty: the first one's.
	Program string `json:"program,omitempty"`
	State   string `json:"state"` // seen, said (by the app alone), contradicted, or unknown
	Name    string `json:"name"`  // the claim in words
	Text    string `json:"text,omitempty"`
}

// claims are the steps that claim something of the app, by the names of their claims.
var claims = map[string]string{"app": "app", "producer": "producer", "connection": "connection", "web": "page", "flow": "records"}

// evidence are the claims in the order of the rows.
func evidence(s app.State, v View, w *i18n.Words) []Evidence {
	var all []Evidence
	for i, r := range v.Rows {
		base, of := program(r.Step)
		of = cmp.Or(of, s.Rows[i].Program)
		claim, ok := claims[base]
		if !ok || s.Rows[i].Kind == app.Skipped || !s.Want.Up {
			continue
		}
		e := Evidence{Claim: claim, Program: of, Name: w.Text("view.claim."+claim, nil), Text: r.Text, State: "unknown"}
		if of != "" {
			e.Name = w.Text("view.step_of", map[string]any{"Program": of, "Step": e.Name})
		}
		switch r.Mark {
		case Good:
			e.State = "seen"
		case Said:
			if e.State = "said"; s.Rows[i].Note.Args["Line"] == nil { // there is no line that says so
				e.State = "unknown"
			}
		case Bad, Warn:
			e.State = "contradicted"
		case Pending, Busy, Idle, Off:
		}
		all = append(all, e)
	}
	return all
}
