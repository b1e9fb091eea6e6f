//go:build !windows

package procgroup

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Between us and a keeper are two pipes. We write orders, and a closed pipe is the last one: ask, and after the grace
// kill. The keeper writes reports: "pid 12", then "ended" and the wait status; or "error" and why nothing started.
const (
	orderAsk  = 'a'
	orderKill = 'k'

	ordersFD  = 3 // in the keeper
	reportsFD = 4
)

// reportWithin bounds the wait for a keeper's first word: a program that does not know keeperWord gives none.
const reportWithin = 10 * time.Second

// kept is a program under a keeper.
type kept struct {
	app     int
	mark    string
	keeper  *exec.Cmd
	orders  *os.File
	reports *bufio.Reader
	file    *os.File // under reports
}

func startKept(app *exec.Cmd, o Options) (*kept, error) {
	ordersR, ordersW, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("keeper: %w", err)
	}
	reportsR, reportsW, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("keeper: %w", err), ordersR.Close(), ordersW.Close())
	}
	keeper := exec.Command(o.Keeper) //nolint:noctx // it outlives its start: that is its purpose
	keeper.Args = append([]string{os.Args[0], keeperWord, o.Grace.String(), app.Path}, app.Args...)
	keeper.Dir, keeper.Env, keeper.Stdout, keeper.Stderr = app.Dir, app.Env, app.Stdout, app.Stderr
	keeper.ExtraFiles = []*os.File{ordersR, reportsW}
	keeper.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // our terminal's Ctrl-C is for us
	err = keeper.Start()
	_ = ordersR.Close()
	_ = reportsW.Close()
	k := &kept{mark: o.Mark, keeper: keeper, orders: ordersW, reports: bufio.NewReader(reportsR), file: reportsR}
	if err != nil {
		k.close()
		return nil, fmt.Errorf("keeper: %w", err)
	}
	if err := k.hello(); err != nil {
		k.close()
		_ = keeper.Process.Kill()
		_ = keeper.Wait()
		return nil, err
	}
	return k, nil
}

// hello reads whether the app has started.
func (k *kept) hello() error {
	_ = k.file.SetReadDeadline(time.Now().Add(reportWithin))
	defer func() { _ = k.file.SetReadDeadline(time.Time{}) }()
	word, value, err := k.report()
	switch {
	case err != nil:
		return fmt.Errorf("keeper: no word from it: %w", err)
	case word == "pid":
		k.app, err = strconv.Atoi(value)
		return err
	case word == "error":
		return errors.New(value)
	}
	return fmt.Errorf("keeper: unexpected %q", word)
}

func (k *kept) report() (word, value string, err error) {
	line, err := k.reports.ReadString('\n')
	if err != nil {
		return "", "", err
	}
	word, value, _ = strings.Cut(strings.TrimSuffix(line, "\n"), " ")
	return word, value, nil
}

func (k *kept) PID() int     { return k.app }
func (k *kept) Roots() []int { return []int{k.keeper.Process.Pid} } // it adopts whose parents end
func (k *kept) Ask() error   { return k.order(orderAsk) }
func (k *kept) Kill() error  { return k.order(orderKill) }

// order writes to the keeper; one that is gone needs no orders, wait sees to that.
func (k *kept) order(o byte) error {
	_, err := k.orders.Write([]byte{o})
	if errors.Is(err, syscall.EPIPE) || errors.Is(err, os.ErrClosed) {
		return nil
	}
	return err
}

func (k *kept) Wait() (Exit, error) {
	defer k.close()
	end := Exit{Code: -1, Signal: syscall.SIGKILL.String()} // what befalls the app of a keeper that was killed
	if word, value, err := k.report(); err == nil && word == "ended" {
		status, _ := strconv.Atoi(value)
		end = exitOf(syscall.WaitStatus(status))
	}
	if err := k.keeper.Wait(); err != nil { // before its work was done: the group and the mark are what is left to go by
		err := endGroup(k.app, func() error { return signalGroup(k.app, syscall.SIGTERM) })
		return end, errors.Join(err, EndLeftover(context.Background(), k.mark, staysWithin))
	}
	return end, nil
}

func (k *kept) close() {
	_ = k.orders.Close()
	_ = k.file.Close()
}
