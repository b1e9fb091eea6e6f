// Package instance makes this process the one desktop of its user, or hands over to the one that is there.
package instance

import (
	"context"
	"errors"
	"net"
	"os"
	"strings"
	"time"

	"streamtray/app/agentrpc"
	"streamtray/app/desktop/platform"
	"streamtray/app/i18n"
	"streamtray/app/settings"
	"streamtray/internal/pause"
	"streamtray/internal/usererr"
)

// Claim makes this process the user's one desktop, which listens on l. l is nil where another one is it already, which
// then shows its window; one that does not answer is an error, unless the user has it ended.
func Claim(ctx context.Context, getenv func(string) string) (l net.Listener, err error) {
	folders, err := settings.Find(getenv)
	if err != nil {
		return nil, err
	}
	channel := agentrpc.Desktop(getenv("STREAMTRAY_HOME"), folders.Data)
	for last := time.Now().Add(agentrpc.AnswerWithin); ; pause.For(ctx, claimAgain) {
		l, err := channel.Listen()
		if !errors.Is(err, agentrpc.ErrTaken) {
			return l, err
		}
		first, err := agentrpc.Join(ctx, channel, agentrpc.AnswerWithin)
		switch pid, silent := agentrpc.Silent(err); {
		case err == nil: // it listens: what is said now arrives
			platform.LetOthersComeForward()
			first.Far.Show()
			return nil, nil //nolint:nilnil // there is nothing left to do, as promised
		case silent:
			if err := endSilent(getenv, pid, err); err != nil {
				return nil, err
			}
			last = time.Now().Add(agentrpc.AnswerWithin)
		case !errors.Is(err, agentrpc.ErrNobody) || ctx.Err() != nil:
			return nil, err
		case time.Now().After(last): // it has the name, and cannot be reached
			return nil, usererr.New("agentrpc.held", nil, err)
		}
	}
}

// claimAgain is the pause before a process is looked for again that is about to listen, or about to end.
const claimAgain = 10 * time.Millisecond

// errAnswered is what is left of an error about which the user was asked.
var errAnswered = errors.New("the user was asked")

// endSilent ends the process that does not answer if the user agrees, and gives why it did not else.
func endSilent(getenv func(string) string, pid int, silent error) error {
	end, asked := platform.Confirm(describe(getenv, silent, "agentrpc.silent.ask"))
	if !asked {
		return silent
	}
	if !end {
		return errAnswered
	}
	p, err := os.FindProcess(pid)
	if err == nil {
		err = p.Kill()
	}
	if err != nil {
		return errors.Join(silent, err)
	}
	return nil
}

// Complain tells why the desktop does not start, in the user's language, and returns the exit code.
func Complain(getenv func(string) string, err error) int {
	if !errors.Is(err, errAnswered) {
		platform.ShowError(describe(getenv, err, ""))
	}
	return 1
}

// describe is an error with what to do about it, or, if there is one, with a question. Before there is a window, the person's
// choices may not be known either.
func describe(getenv func(string) string, err error, question string) string {
	lang := getenv("STREAMTRAY_LANG")
	if folders, e := settings.Find(getenv); e == nil {
		if person, e := settings.Load(folders); e == nil && person.Language != "" {
			lang = person.Language
		}
	}
	words, e := i18n.New(lang)
	if e != nil {
		return err.Error()
	}
	text, hint := words.Error(err)
	if question != "" {
		hint = words.Text(question, nil)
	}
	return strings.TrimSpace(text + "\n" + hint)
}
