package doctor

import (
	"context"
	"errors"
	"time"

	"streamtray/app"
	"streamtray/app/redact"
)

// ErrNotHere is in the tree of the error that tells why something cannot be tried on this computer.
var ErrNotHere = errors.New("cannot be tried on this computer")

// Try tries out one claim, within a time. The text claim+id says what is claimed; where it does not hold, further sentences say
// why, in the error's words and in technical English, and the texts with ".means" and ".hint" what that is to the reader.
func Try(ctx context.Context, claim, id string, within time.Duration, try func(context.Context) error) Result {
	text, began := claim+id, time.Now()
	f := tried(text, inTime[error](ctx, within, try, context.DeadlineExceeded)).unlessEnded(ctx)
	f.ID, f.name, f.Took = id, text, time.Since(began)
	return f
}

// tried is what a trial with this error says of a claim.
func tried(text string, err error) Result {
	if err == nil {
		return passed(text, nil)
	}
	f := fromError(err)
	if f.Message.ID != "doctor.unknown" { // else the technical text is all that there is
		f.More = append([]app.Note{f.Message}, f.More...)
	}
	f.Message, f.Fix, f.Action = app.Note{ID: text}, app.Note{}, ""
	if errors.Is(err, ErrNotHere) {
		f.Status = Skipped
		return f
	}
	f.Status, f.Fix = Problem, app.Note{ID: text + ".hint"}
	return f.with(app.Note{ID: "doctor.technical", Args: args{"Detail": redact.Text(err.Error())}}, app.Note{ID: text + ".means"})
}
