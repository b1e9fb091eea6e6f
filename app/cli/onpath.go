package cli

import (
	"context"
	"slices"
	"strings"

	"streamtray/internal/usererr"
)

// onPath is the hidden verb by which the installer puts a folder on this user's PATH, or takes it off. It is here and
// not in the installer because that cuts a long PATH short.
const onPath = "on-path"

func runOnPath(_ context.Context, c *call) error {
	var remove bool
	c.flags.BoolVar(&remove, "remove", false, "")
	dirs, err := c.parse(1)
	if err != nil {
		return err
	}
	if len(dirs) == 0 || dirs[0] == "" || strings.ContainsAny(dirs[0], `;"`) {
		return c.usageError()
	}
	change := with
	if remove {
		change = without
	}
	err = changeUserPath(func(list string) string { return change(list, dirs[0]) })
	if err != nil {
		return usererr.New("cli.path_unchanged", nil, err)
	}
	return nil
}

// with is a PATH of Windows with a folder on it, last if it was not.
func with(list, dir string) string {
	if slices.ContainsFunc(strings.Split(list, ";"), same(dir)) {
		return list
	}
	if list != "" && !strings.HasSuffix(list, ";") {
		list += ";"
	}
	return list + dir
}

// without is a PATH of Windows without a folder; every other byte stays.
func without(list, dir string) string {
	return strings.Join(slices.DeleteFunc(strings.Split(list, ";"), same(dir)), ";")
}

// same reports whether an entry of a PATH names the folder.
func same(dir string) func(string) bool {
	plain := func(s string) string { return strings.TrimRight(strings.Trim(strings.TrimSpace(s), `"`), `\`) }
	return func(entry string) bool { return strings.EqualFold(plain(entry), plain(dir)) }
}
