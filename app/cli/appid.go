package cli

import (
	"context"
	"os"

	"streamtray/internal/atomicfile"
	"streamtray/internal/shelllink"
	"streamtray/internal/usererr"
)

// appID is the hidden verb by which the installer gives a shortcut the application's id: its script cannot.
const appID = "app-id"

func runAppID(_ context.Context, c *call) error {
	words, err := c.parse(2)
	if err != nil {
		return err
	}
	if len(words) != 2 {
		return c.usageError()
	}
	link, err := os.ReadFile(words[0])
	if err == nil {
		link, err = shelllink.WithAppID(link, words[1])
	}
	if err == nil {
		err = atomicfile.Write(words[0], link, 0o644)
	}
	if err != nil {
		return usererr.New("cli.app_id_unchanged", map[string]any{"File": words[0]}, err)
	}
	return nil
}
