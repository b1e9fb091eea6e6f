package cli

import (
	"errors"
	"slices"
	"strings"

	"streamtray/app"
	"streamtray/app/agentrpc"
	"streamtray/app/i18n"
	"streamtray/app/view"
	"streamtray/internal/termtext"
)

// finding is what stands behind a broken promise as --json prints it, told to the reader as well; nil where that is not
// known.
func finding(d app.Diagnosis, w *i18n.Words) *agentrpc.Finding {
	f := agentrpc.FromDiagnosis(d)
	if f == nil {
		return nil
	}
	v := view.Found(d, w)
	// Of compose files the change that fits is worked out, and the step's hint leads to it; a rule only has an example.
	if f.Title = v.Title; !v.Told || !strings.HasPrefix(d.Evidence, "compose.") {
		f.Advice, f.Fix = v.Advice, v.Command
	}
	f.Remedy = nil // one that this version does not know cannot be offered
	if v.Fix != nil {
		f.Remedy = &agentrpc.Remedy{ID: v.Fix.ID, Text: v.Fix.Text, Cost: v.Fix.Cost}
	}
	return f
}

// diagnosisOf is what stands behind a story's failure, as far as that is known.
func diagnosisOf(err error) app.Diagnosis {
	var failed *app.StepError
	if !errors.As(err, &failed) {
		return app.Diagnosis{}
	}
	return failed.Diagnosis
}

// causeOf is what stands behind a story's failure where the failure does not say it itself; else nil.
func causeOf(err error, w *i18n.Words) *view.Finding {
	f := view.Found(diagnosisOf(err), w)
	if f == nil || f.Told || f.Unknown() {
		return nil
	}
	return f
}

// causeLines are what stands below a step's own words: what is behind it, the line that shows it and, where it has failed,
// what to do.
func causeLines(f *view.Finding, failed bool, hint string, w *i18n.Words) []string {
	if f == nil || f.Told {
		return nonEmpty(termtext.OneLine(hint))
	}
	lines := []string{f.Title + " [" + f.Code + "]"}
	if failed {
		lines = append(lines, f.Lines(hint, w)...)
	} else {
		lines = append(lines, f.Seen(w)...)
	}
	for i, l := range lines {
		lines[i] = termtext.OneLine(l)
	}
	return nonEmpty(lines...)
}

func nonEmpty(lines ...string) []string {
	return slices.DeleteFunc(lines, func(l string) bool { return l == "" })
}
