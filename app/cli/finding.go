package cli

import (
	"errors"
	"slices"

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
	f.Title, f.Advice, f.Fix = v.Title, v.Advice, v.Command
	f.Remedy = nil // one that this version does not know cannot be offered
	if v.Fix != nil {
		f.Remedy = &agentrpc.Remedy{ID: v.Fix.ID, Text: v.Fix.Text, Cost: v.Fix.Cost}
	}
	return f
}

// behindOf is what stands behind a story's failure where the failure does not say it itself; else nil.
func behindOf(err error, w *i18n.Words) *view.Finding {
	var failed *app.StepError
	if !errors.As(err, &failed) {
		return nil
	}
	f := view.Found(failed.Diagnosis, w)
	if f == nil || f.Told || f.Unknown() {
		return nil
	}
	return f
}

// behind is what stands below a step's own words: what is behind it, the line that shows it and, where it has failed,
// what to do.
func behind(f *view.Finding, failed bool, hint string, w *i18n.Words) []string {
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
