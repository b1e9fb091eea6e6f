package project

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// measure answers as an engine does: each container uses half of one of two cores, and 300 bytes of which 100 can be
// dropped. About one named "slow" it keeps silent until the asker gives up.
func measure(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "/id-slow/stats") {
		<-r.Context().Done()
		return
	}
	cpu := func(busy, machine int) map[string]any {
		return map[string]any{"cpu_usage": map[string]any{"total_usage": busy}, "system_cpu_usage": machine, "online_cpus": 2}
	}
	_ = json.NewEncoder(w).Encode(map[string]any{
		"cpu_stats": cpu(50, 1200), "precpu_stats": cpu(0, 1000),
		"memory_stats": map[string]any{"usage": 300, "limit": 1000, "stats": map[string]any{"inactive_file": 100}},
	})
}

func TestContainersTellHowTheyAreAndWhatTheyUse(t *testing.T) {
	p := shop(t, engineWith(t, container("shop-kafka-1", "shop", "kafka", 19092), container("shop-zookeeper-1", "shop", "zookeeper", 0),
		container("x", "other", "x", 1)), free(t), free(t))
	all, err := p.Containers(within(t))
	if err != nil || len(all) != 2 {
		t.Fatalf("got %+v, %v; want the two of this project", all, err)
	}
	k := all[0]
	if k.Service != "kafka" || k.Name != "shop-kafka-1" || k.State != "running" || k.Image != "img:1" || k.Usage != nil {
		t.Errorf("got %+v, want kafka, running, not measured", k)
	}
	for i, want := range []string{"0.0.0.0:19092->9092/tcp", "9092/tcp"} {
		if !slices.Equal(all[i].Ports, []string{want}) {
			t.Errorf("%s: ports %q, want %q", all[i].Name, all[i].Ports, want)
		}
	}
	for _, c := range p.Measure(within(t), all) {
		if c.Usage == nil || *c.Usage != (Usage{CPU: 50, Memory: 200, Limit: 1000}) {
			t.Errorf("%s uses %+v, want half a core and 200 of 1000 bytes", c.Name, c.Usage)
		}
	}
	if all[0].Usage != nil {
		t.Error("measuring changed what was handed over")
	}
}

// One container whose engine keeps silent must not keep back the others, nor anybody longer than ctx.
func TestAContainerThatCannotBeMeasuredIsToldWithout(t *testing.T) {
	all := []map[string]any{container("slow", "shop", "a", 0)}
	for i := range 2 * measuredAtOnce {
		all = append(all, container(fmt.Sprint("c", i), "shop", "b", 0))
	}
	p := shop(t, engineWith(t, all...), free(t), free(t))
	found, err := p.Containers(within(t))
	if err != nil {
		t.Fatal(err)
	}
	found[1].State = "exited"
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	for i, c := range p.Measure(ctx, found) {
		if measured := c.Usage != nil; measured != (i > 1) {
			t.Errorf("%s, %s: measured %v", c.Name, c.State, measured)
		}
	}
}

func TestAProjectWithoutContainersHasNone(t *testing.T) {
	p := must(t, opening(t, projectDir(t, "kafka: {mode: embedded}\n"), t.TempDir()))
	if all, err := p.Containers(t.Context()); len(all) != 0 || err != nil {
		t.Errorf("got %+v, %v", all, err)
	}
	if all := p.Measure(t.Context(), nil); len(all) != 0 {
		t.Errorf("measured %+v", all)
	}
}

func TestContainersOfAnEngineThatIsAwayAreAFault(t *testing.T) {
	p := shop(t, "tcp://127.0.0.1:1", free(t), free(t))
	if all, err := p.Containers(within(t)); err == nil {
		t.Errorf("got %+v and no error", all)
	}
}
