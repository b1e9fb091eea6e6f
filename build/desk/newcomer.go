package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
)

// Newcomer writes a project into dir that was never opened: program's built-in app on the embedded broker. Home, which
// STREAMTRAY_HOME names, has it as the project opened last. It returns the address of the app's WebSocket.
func Newcomer(ctx context.Context, program, dir, home string) (socket string, err error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	yaml := fmt.Sprintf(`version: 1
name: detection
kafka:
  mode: embedded
  env: ALGO_KAFKA_BOOTSTRAP_SERVERS
  topics: [{name: detection-results}, {name: llm-analysis-tasks}, {name: llm-analysis-results}]
streaming: {env: ALGO_ENABLE_KAFKA_STREAMING, on: "true", off: "false"}
app:
  command: [%q, sample-app]
  env: {ALGO_HOST: 127.0.0.1, ALGO_PORT: "%d"}
  ready: {log: Kafka producer initialized, http: "http://127.0.0.1:%d/"}
`, program, port, port)
	return fmt.Sprintf("ws://127.0.0.1:%d/ws/detect", port),
		errors.Join(write(dir, "streamtray.yaml", []byte(yaml)), Recent(home, dir))
}

// Recent has home know dir as the project opened last, and no other.
func Recent(home, dir string) error {
	text, err := json.Marshal(map[string]any{"recent": []string{dir}})
	if err != nil {
		return err
	}
	return write(filepath.Join(home, "config"), "settings.json", text)
}

func write(dir, file string, text []byte) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, file), text, 0o600)
}
