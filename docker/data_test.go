package docker

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"testing"
)

const nameless = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// keeping is an engine with Kafka, a database of the same project and a Kafka of another folder.
func keeping(t *testing.T) (*daemon, *Stack) {
	t.Helper()
	d := newDaemon(t)
	s := d.shop(t, "kafka")
	kafka, db, other := composed("kafka", "exited", nil), composed("db", "running", nil), composed("kafka", "exited", nil)
	kafka.labels[labelDir], db.labels[labelDir], other.labels[labelDir] = s.Dir, s.Dir, "/elsewhere"
	other.id = "id-other"
	d.holds(kafka, db, other)
	volume := func(name, at string) map[string]any {
		return map[string]any{"Type": "volume", "Name": name, "Destination": at}
	}
	d.json("/containers/id-kafka/json", map[string]any{
		"Id": "id-kafka", "State": kafka.state, "Config": map[string]any{},
		"Mounts": []any{
			volume("shop_data", "/data"), volume(nameless, "/secrets"), volume("shared", "/shared"),
			map[string]any{"Type": "bind", "Source": "/home/user/conf", "Destination": "/conf"},
		},
	})
	d.json("/volumes/shop_data", map[string]any{"Name": "shop_data", "Labels": map[string]string{labelProject: "shop"}})
	d.json("/volumes/shared", map[string]any{"Name": "shared"})
	d.json("/containers/id-kafka/changes", []map[string]any{
		{"Path": "/tmp", "Kind": 0},
		{"Path": "/tmp/kraft-logs", "Kind": 1},
		{"Path": "/tmp/kraft-logs/meta.properties", "Kind": 1},
		{"Path": "/old/meta.properties", "Kind": 2},
	})
	return d, s
}

func TestOnlyWhatTheProjectMadeGoes(t *testing.T) {
	d, s := keeping(t)
	data, err := s.Data(t.Context(), []string{"kafka"})
	must(t, err)
	names := func(all []Volume) string {
		var told []string
		for _, v := range all {
			told = append(told, v.Name+"="+v.Destination)
		}
		return strings.Join(told, " ")
	}
	if len(data.Containers) != 1 || data.Containers[0].ID != "id-kafka" {
		t.Errorf("containers %+v", data.Containers)
	}
	for what, pair := range map[string][2]string{
		"goes":    {names(data.Volumes), "shop_data=/data " + nameless + "=/secrets"},
		"stays":   {names(data.Kept), "shared=/shared /home/user/conf=/conf"},
		"folders": {names(data.Folders), "=/tmp/kraft-logs"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: got %q, want %q", what, pair[0], pair[1])
		}
	}

	done := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }
	d.on("/containers/id-kafka", done)
	d.on("/volumes/shop_data", done)
	d.on("/volumes/"+nameless, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) })
	must(t, s.Engine.Remove(t.Context(), data))
	var removed []string
	for _, asked := range d.asked() {
		if method, path, _ := strings.Cut(asked, " "); method == http.MethodDelete {
			removed = append(removed, versioned.ReplaceAllString(path, ""))
		}
	}
	if want := []string{"/containers/id-kafka", "/volumes/shop_data", "/volumes/" + nameless}; !slices.Equal(removed, want) {
		t.Errorf("removed %q, want %q", removed, want)
	}
}

// A volume that somebody else's container has by now is told, and the others go.
func TestAVolumeInUseStays(t *testing.T) {
	d, s := keeping(t)
	d.on("/volumes/shop_data", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusConflict)
		_, _ = w.Write([]byte(`{"message":"volume is in use"}`))
	})
	if err := s.Engine.Remove(t.Context(), Data{Volumes: []Volume{{Name: "shop_data"}}}); err == nil || !strings.Contains(err.Error(), "volume is in use") {
		t.Errorf("got %v", err)
	}
}

func TestAVolumeIsPackedWholeHoweverLargeItIs(t *testing.T) {
	d, s := keeping(t)
	content := bytes.Repeat([]byte("0123456789abcdef"), (mostAnswer+1<<20)/16)
	d.on("/containers/id-kafka/archive", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("path") != "/data" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		w.Header().Set("X-Docker-Container-Path-Stat", "e30=")
		_, _ = w.Write(content)
	})
	var got bytes.Buffer
	must(t, s.Engine.Pack(t.Context(), Volume{Container: "id-kafka", Destination: "/data"}, &got))
	if !bytes.Equal(got.Bytes(), content) {
		t.Errorf("%d bytes, want %d", got.Len(), len(content))
	}
	if err := s.Engine.Pack(t.Context(), Volume{Container: "id-kafka", Destination: "/absent"}, &got); err == nil {
		t.Error("a folder that is not there is packed")
	}
}
