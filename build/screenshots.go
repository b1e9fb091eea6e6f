package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"streamtray/build/desk"
	"streamtray/build/rig"
	"streamtray/internal/pause"
)

// screenshots takes a picture of every window, in both languages and both themes, of the real program on a display that
// nobody sees, and an animated one of the start, into docs/pictures. Arguments choose some of them: en, dark. Sizes (800x500)
// have each window drawn at those instead, into build/dist/pictures, for a person who looks what is cut.
func screenshots(ctx context.Context, args []string) error {
	root, err := rig.SourceTree()
	if err != nil {
		return err
	}
	tmp := filepath.Join(os.TempDir(), "StreamTray") // it is seen in the pictures: the same each time, and short
	if err := os.Mkdir(tmp, 0o700); err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	program := filepath.Join(tmp, "streamtray")
	if err := desk.Build(ctx, program); err != nil {
		return err
	}
	into, sizes := filepath.Join(root, "docs", "pictures"), slices.DeleteFunc(slices.Clone(args), func(a string) bool { return !aSize.MatchString(a) })
	if len(sizes) > 0 {
		into = filepath.Join(root, "build", "dist", "pictures")
	}
	if err := os.MkdirAll(into, 0o755); err != nil {
		return err
	}
	for _, lang := range among(args, "en", "zh") {
		for _, look := range among(args, "light", "dark") {
			s := &shoot{program: program, dir: filepath.Join(tmp, lang+"-"+look), into: into, lang: lang, look: look, sizes: sizes}
			if err := s.all(ctx); err != nil {
				return fmt.Errorf("%s, %s: %w", lang, look, err)
			}
		}
	}
	return nil
}

// aSize is how wide and high a window is to be.
var aSize = regexp.MustCompile(`^[0-9]+x[0-9]+$`)

// among are those of all that are asked for; all, if none is.
func among(asked []string, all ...string) []string {
	var some []string
	for _, a := range all {
		if slices.Contains(asked, a) {
			some = append(some, a)
		}
	}
	if some == nil {
		return all
	}
	return some
}

// shoot is one language in one theme.
type shoot struct {
	program, dir, into string
	lang, look         string
	sizes              []string // of the windows; none: as they come up
}

// titles begin the window's titles by page, beside what the tooltip says, by language.
var titles = map[string]map[string]string{
	"en": {"overview": "Overview", "logs": "Logs", "topics": "Topics", "settings": "Settings", "welcome": "Welcome", "trust": "Trust", "guide": "First start", "diagnose": "Diagnose", "streaming": "records/s", "ready": "Connected"},
	"zh": {"overview": "概览", "logs": "日志", "topics": "Topic", "settings": "设置", "welcome": "欢迎", "trust": "信任", "guide": "首次启动", "diagnose": "诊断", "streaming": "条/秒", "ready": "已连接"},
}

// keys open the pages.
var keys = map[string]string{"overview": "ctrl+1", "logs": "ctrl+2", "topics": "ctrl+3", "diagnose": "ctrl+4", "settings": "ctrl+5"}

// settle is how long the demo runs before its picture is taken, so that its charts have something to show.
const settle = 20 * time.Second

// plain is a computer like any other: of this one's Python only the system's is seen, of its containers none.
var plain = []string{"PATH=/usr/bin:/bin", "DOCKER_HOST=unix:///var/run/docker-none.sock"}

func (s *shoot) all(ctx context.Context) error {
	o := desk.Options{}
	if len(s.sizes) > 0 {
		o.Screen = "1920x1200"
	}
	display, err := desk.Start(ctx, s.dir, o)
	if err != nil {
		return err
	}
	defer display.Close()
	env := []string{"STREAMTRAY_HOME=" + filepath.Join(s.dir, "home"), "STREAMTRAY_LANG=" + s.lang, "FYNE_THEME=" + s.look}
	env = append(env, plain...)
	if err := s.project(ctx, display, env); err != nil {
		return err
	}
	if err := s.guide(ctx, display); err != nil {
		return err
	}
	if s.look == "light" && len(s.sizes) == 0 {
		if err := s.film(ctx, display, env); err != nil {
			return err
		}
	}
	return s.demo(ctx, display, env)
}

// guide shows how a first start is led, when all is there but the first record.
func (s *shoot) guide(ctx context.Context, display *desk.Display) error {
	home, dir := filepath.Join(s.dir, "first"), filepath.Join(s.dir, "first", "detection")
	if _, err := desk.Newcomer(ctx, s.program, dir, home); err != nil {
		return err
	}
	env := []string{"STREAMTRAY_HOME=" + home, "STREAMTRAY_LANG=" + s.lang, "FYNE_THEME=" + s.look}
	trust, err := display.Run(ctx, s.program, env, "doctor", "--trust", "--project", dir)
	if err != nil {
		return err
	}
	if _, err := trust.Wait(time.Minute); err != nil {
		return err
	}
	p, err := display.Run(ctx, s.program, env)
	if err != nil {
		return err
	}
	defer p.Kill()
	if err := p.UntilTooltip(ctx, titles[s.lang]["ready"], time.Minute); err != nil {
		return err
	}
	return s.take(ctx, p, "guide", "guide", time.Second)
}

// demo shows what a project looks like that streams.
func (s *shoot) demo(ctx context.Context, display *desk.Display, env []string) error {
	p, err := display.Run(ctx, s.program, env, "demo", "--window")
	if err != nil {
		return err
	}
	defer p.Kill()
	names := titles[s.lang]
	if err := p.UntilTooltip(ctx, names["streaming"], time.Minute); err != nil {
		return err
	}
	if _, err := p.Window(ctx, names["overview"]); err != nil {
		return err
	}
	for page, moment := range map[string]time.Duration{"logs": time.Second, "topics": time.Second, "settings": time.Second, "overview": settle} {
		if _, err := p.Page(ctx, keys[page], names[page]); err != nil {
			return err
		}
		if err := s.take(ctx, p, page, page, moment); err != nil {
			return err
		}
	}
	return nil
}

// project shows the first start: choosing a project, and what one is asked before it runs.
func (s *shoot) project(ctx context.Context, display *desk.Display, env []string) error {
	if err := s.first(ctx, display, env, "welcome"); err != nil {
		return err
	}
	sample := filepath.Join(s.dir, "detection")
	p, err := display.Run(ctx, s.program, env, "init", "--sample", sample)
	if err != nil {
		return err
	}
	if code, err := p.Wait(time.Minute); code != 0 || err != nil {
		return fmt.Errorf("init --sample: exit code %d: %w: %s", code, err, p.Output())
	}
	if err := desk.Recent(filepath.Join(s.dir, "home"), sample); err != nil {
		return err
	}
	if err := s.first(ctx, display, env, "trust"); err != nil {
		return err
	}
	return s.diagnose(ctx, display, env)
}

// examined is how long a look at everything may take where Docker does not run.
const examined = 8 * time.Second

// diagnose shows what is found of a project that is not trusted yet.
func (s *shoot) diagnose(ctx context.Context, display *desk.Display, env []string) error {
	p, err := display.Run(ctx, s.program, env)
	if err != nil {
		return err
	}
	defer p.Kill()
	if _, err := p.Window(ctx, titles[s.lang]["trust"]); err != nil {
		return err
	}
	if _, err := p.Page(ctx, keys["diagnose"], titles[s.lang]["diagnose"]); err != nil {
		return err
	}
	return s.take(ctx, p, "diagnose", "diagnose", examined)
}

// first takes the picture of the window that a start shows before any project is kept.
func (s *shoot) first(ctx context.Context, display *desk.Display, env []string, name string) error {
	p, err := display.Run(ctx, s.program, env)
	if err != nil {
		return err
	}
	defer p.Kill()
	return s.take(ctx, p, name, name, 2*time.Second)
}

// take waits for a window, gives it a moment to be drawn, and takes its picture.
func (s *shoot) take(ctx context.Context, p *desk.Program, window, name string, moment time.Duration) error {
	id, err := p.Window(ctx, titles[s.lang][window])
	if err != nil {
		return err
	}
	if err := p.Raise(ctx, id); err != nil {
		return err
	}
	if len(s.sizes) == 0 {
		return s.draw(ctx, p, id, name, moment)
	}
	for _, size := range s.sizes {
		if err := p.Resize(ctx, id, size); err != nil {
			return err
		}
		if err := s.draw(ctx, p, id, name+"-"+size, examined); err != nil {
			return err
		}
	}
	return nil
}

func (s *shoot) draw(ctx context.Context, p *desk.Program, id, name string, moment time.Duration) error {
	if !pause.For(ctx, moment) {
		return ctx.Err()
	}
	return p.Shoot(ctx, id, filepath.Join(s.into, name+"-"+s.lang+"-"+s.look+".png"))
}
