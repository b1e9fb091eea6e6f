package sample

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/coder/websocket"
)

// Count is what a camera has done so far.
type Count struct {
	Sent     int `json:"sent"`
	Answered int `json:"answered"`
}

// Camera is a camera without a lens: it sends frames to the app's WebSocket, at most perSecond, each after the answer to
// the one before, and calls seen with the count after each answer. It ends with ctx (nil) or with the connection.
func Camera(ctx context.Context, url string, perSecond int, seen func(Count)) error {
	c, _, err := websocket.Dial(ctx, url, nil) //nolint:bodyclose // Dial closes it
	if err != nil {
		return fmt.Errorf("camera: %w", err)
	}
	defer func() { _ = c.CloseNow() }() // it is closed already when the app left
	c.SetReadLimit(maxMessage)
	t := time.NewTicker(time.Second / time.Duration(max(1, perSecond)))
	defer t.Stop()
	start := now()
	var n Count
	for ctx.Err() == nil { // a frame may be due at the very moment of the end
		if err := film(ctx, c, fmt.Sprintf("gate-%d-%06d", start, n.Sent+1)); err != nil {
			return quiet(ctx, err)
		}
		n.Sent++
		if err := answered(ctx, c); err != nil {
			return quiet(ctx, err)
		}
		n.Answered++
		seen(n)
		select {
		case <-ctx.Done():
		case <-t.C:
		}
	}
	return nil
}

// quiet drops an error that is only ctx having ended.
func quiet(ctx context.Context, err error) error {
	if ctx.Err() == nil {
		return fmt.Errorf("camera: %w", err)
	}
	return nil
}

func film(ctx context.Context, c *websocket.Conn, id string) error {
	f := frame{ID: id, Camera: "gate", Width: 1280, Height: 720, Timestamp: now()}
	return c.Write(ctx, websocket.MessageText, encode(f))
}

func answered(ctx context.Context, c *websocket.Conn) error {
	_, b, err := c.Read(ctx)
	if err == nil && len(b) > 8 && string(b[:8]) == `{"error"` {
		return errors.New(string(b))
	}
	return err
}
