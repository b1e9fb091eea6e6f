package cli

import (
	"fmt"
	"strings"

	"streamtray/app/i18n"
)

// CommandsPage is the page of docs/ about the commands, made from what help prints.
func CommandsPage(w *i18n.Words) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s\n", w.Text("cli.page.title", nil), commonHelp(w))
	for _, cmd := range shown() {
		fmt.Fprintf(&b, "\n## %s\n\n```\nstreamtray %s\n```\n\n%s\n", cmd.name, cmd.usage(), w.Text("cli.help."+cmd.name, nil))
	}
	return b.String()
}
