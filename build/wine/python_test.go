//go:build wine

package wine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image/png"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/coder/websocket"

	"streamtray/app/testenv"
	"streamtray/build/rig"
)

// python is Windows' Python with what the sample requires, made once.
var python = sync.OnceValues(func() (Python, error) {
	return GetPython(context.Background(), func(string, string) {})
})

// pythons is the Python; where it cannot be had, the test is skipped with what is missing.
func pythons(t *testing.T) Python {
	t.Helper()
	p, err := python()
	var lacks *rig.Unavailable
	if errors.As(err, &lacks) {
		testenv.Of(t, lacks, lacks.How)
	}
	must(t, err)
	return p
}

// Intent: a person who double-clicks the program that was downloaded, and agrees to what the project runs, gets frames to
// records on all topics, with the project's own Python in its own environment, its packages and librdkafka as they are on
// Windows. What is steered and killed meanwhile goes as elsewhere. The project lives in a folder with a space and Chinese.
func TestTheWholeStoryFromADoubleClickWithWindowsOwnPython(t *testing.T) {
	proves(t)
	py := pythons(t)
	p := sampleProject(t, filepath.Join(t.TempDir(), "检测 项目"))
	p.edit("mode: docker", "mode: embedded")
	must(t, py.Environment(t.Context(), here.Windows, p.dir))
	p.opened()
	if !free(appAddress) {
		t.Fatalf("%s is in use", appAddress)
	}

	s := newScreen(t)
	click := start(t, s.windows, p.env, "start", Path(downloaded(t)))
	if code := click.exit(soon); code != 0 {
		t.Fatalf("double click: exit code %d: %s", code, click.said())
	}
	s.see("Trust this project?")
	eventually(t, soon, "the question whether the project may run", func() (bool, error) { return s.white(1018, 400), nil })
	s.shoot("trust")
	s.press("Tab", "Tab", "space") // past the choice of a project to "I agree"
	address := p.streams()
	s.shoot("streams")
	p.throughAllTopics(address, "first", 10)

	off := p.run("up", "--json", "--streaming=off")
	eventually(t, soon, "the app runs without streaming", func() (bool, error) {
		streaming, err := appStreams(t)
		return err == nil && !streaming, err
	})
	off.exit(soon)
	on := p.run("up", "--json", "--streaming=on")
	p.streams()
	p.throughAllTopics(address, "toggled", 5)
	on.exit(soon) // it has seen the records

	p.kill("python.exe")
	eventually(t, soon, "the killed app's port is free", func() (bool, error) { return free(appAddress), nil })
	p.streams() // it is started again by itself
	p.throughAllTopics(address, "again", 5)

	p.kill("StreamTray.exe")
	eventually(t, soon, "the app of a killed agent is gone", func() (bool, error) { return free(appAddress), nil })
}

// opened has the person opened the project before: it is the one that a start opens.
func (p *project) opened() {
	p.Helper()
	p.opensNext(filepath.Join(p.home, "config"))
}

// opensNext has the StreamTray whose settings lie in a folder open the project when it starts.
func (p *project) opensNext(settings string) {
	p.Helper()
	text, err := json.Marshal(map[string]any{"recent": []string{Path(p.dir)}})
	must(p.T, errors.Join(err, os.MkdirAll(settings, 0o755)))
	must(p.T, os.WriteFile(filepath.Join(settings, "settings.json"), text, 0o644))
}

// kill ends all processes of a program as the task manager does.
func (p *project) kill(program string) {
	p.Helper()
	if end := start(p.T, p.on, nil, "taskkill", "/F", "/IM", program); end.exit(soon) != 0 {
		p.Errorf("taskkill %s: %s", program, end.said())
	}
}

// answers is where Kafka is, as the row says it.
var answers = regexp.MustCompile(`[\d.]+:\d+`)

// streams waits until every step of the project holds, and gives Kafka's address.
func (p *project) streams() (address string) {
	p.Helper()
	eventually(p.T, fromNil, "all steps hold", func() (bool, error) {
		status := p.run("status", "--json")
		status.exit(soon) // 1 where not all of it holds
		text, err := os.ReadFile(status.out)
		if err != nil {
			return false, err
		}
		var told struct {
			Headline string
			Steps    []struct {
				Step, State, Text string
				Soft              bool
			}
		}
		if err := json.Unmarshal(text, &told); err != nil {
			return false, fmt.Errorf("%w: %s", err, status.said())
		}
		held := 0
		for _, s := range told.Steps {
			if s.Step == "broker" {
				address = answers.FindString(s.Text)
			}
			if s.State == "done" || s.State == "holds" {
				held++
			} else if !s.Soft {
				return false, fmt.Errorf("%s: %s is %s: %s", told.Headline, s.Step, s.State, s.Text)
			}
		}
		return held > 0 && address != "", fmt.Errorf("%s", text)
	})
	return address
}

// appStreams is what the app says of itself.
func appStreams(t *testing.T) (bool, error) {
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+appAddress+"/", nil)
	must(t, err)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false, err
	}
	defer response.Body.Close()
	var status struct{ Streaming bool }
	return status.Streaming, json.NewDecoder(response.Body).Decode(&status)
}

// throughAllTopics sends frames of a new camera and reads what becomes of them with a client that has nothing to do with
// ours: as many detections, a task for five of them, and a result for each task. Where an app was killed before, Kafka
// waits for its consumers 45 s before it gives others their partitions.
func (p *project) throughAllTopics(kafka, camera string, frames int) {
	p.Helper()
	ctx, cancel := context.WithTimeout(p.Context(), fromNil)
	defer cancel()
	var conn *websocket.Conn
	eventually(p.T, soon, "the app takes frames", func() (bool, error) { // its page may come up after its producer
		var err error
		conn, _, err = websocket.Dial(ctx, "ws://"+appAddress+"/ws/detect", nil) //nolint:bodyclose // a WebSocket has none
		return err == nil, err
	})
	defer conn.CloseNow()
	for i := range frames {
		frame := fmt.Sprintf(`{"id": "%s-%d", "camera": %q, "width": 640, "height": 480, "timestamp": %d}`, camera, i, camera, 1_760_000_000_000+i)
		must(p.T, conn.Write(ctx, websocket.MessageText, []byte(frame)))
		_, _, err := conn.Read(ctx)
		must(p.T, err)
	}
	for topic, want := range map[string]int{"detection-results": frames, "llm-analysis-tasks": frames / 5, "llm-analysis-results": frames / 5} {
		eventually(p.T, fromNil, fmt.Sprintf("%d records of %s on %s", want, camera, topic), func() (bool, error) {
			out, err := exec.CommandContext(ctx, "kcat", "-b", kafka, "-C", "-t", topic, "-e", "-q", "-f", `%k\n`).Output()
			keys := strings.Split(strings.TrimSpace(string(out)), "\n")
			got := len(slices.DeleteFunc(keys, func(k string) bool { return k != camera }))
			return got == want, errors.Join(err, fmt.Errorf("there are %d", got))
		})
	}
}

// white reports whether a place of the desktop is.
func (s *screen) white(x, y int) bool {
	file, err := os.Open(s.shoot("white"))
	must(s.T, err)
	defer file.Close()
	picture, err := png.Decode(file)
	must(s.T, err)
	r, g, b, _ := picture.At(x, y).RGBA()
	return r&g&b == 0xffff
}

// press presses keys in the window that has the focus, one after the other.
func (s *screen) press(keys ...string) {
	s.Helper()
	must(s.T, rig.Quietly(s.display.Command(s.Context(), "xdotool", append([]string{"key", "--delay", "200"}, keys...)...)))
}
