package doctor

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"streamtray/app/i18n"
	"streamtray/internal/golden"
)

// page is all results as a reader sees them, with what differs from run to run left out.
func (w *world) page(lang string) string {
	w.Helper()
	speak, err := i18n.New(lang)
	w.must(err)
	var b strings.Builder
	for _, r := range Run(w.Context(), w.subject(), func(Result) {}) {
		fmt.Fprintf(&b, "%s  %s  (%s)\n    %s\n", r.ID, r.Status, r.Name(speak), r.Text(speak))
		for _, l := range append(r.Details(speak), r.Advice(speak)) {
			if l != "" {
				fmt.Fprintf(&b, "    %s\n", l)
			}
		}
	}
	tmp := strings.NewReplacer(w.dir, "/project", w.home, "/home", strconv.Itoa(w.port), "9092", strings.TrimPrefix(w.engine.URL, "http://"), "ENGINE", strings.TrimPrefix(w.app.URL, "http://127.0.0.1:"), "5000")
	return regexp.MustCompile(`\d+\.\d ms`).ReplaceAllString(tmp.Replace(b.String()), "1.0 ms")
}

func TestTheDoctorSpeaksBothLanguages(t *testing.T) {
	for _, lang := range i18n.Languages {
		for name, arrange := range map[string]func(*world){
			"well": func(w *world) { w.logs("INFO Kafka producer initialized for streaming mode") },
			"engine-stopped": func(w *world) {
				w.logs("INFO Running on http://0.0.0.0:5000")
				refuse(w)
				w.kafka.Close() // it ran there
			},
		} {
			t.Run(name+"."+lang, func(t *testing.T) {
				w := newWorld(t)
				arrange(w)
				golden.Compare(t, name+"."+lang+".txt", w.page(lang))
			})
		}
	}
}
