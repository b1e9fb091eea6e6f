package docker

import (
	"errors"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// made is a container of a service of the project "shop" that compose made in a folder from a file.
func made(service, dir, file string, depends ...string) fakeContainer {
	c := composed(service, "running", nil)
	c.id += "-" + filepath.Base(dir)
	c.labels[labelDir], c.labels[labelFiles], c.labels[labelDepends] = dir, file, strings.Join(depends, ",")
	return c
}

// Two projects that keep their file in a folder of one name took each other's containers for their own, and stopped them.
func TestAContainerOfAnotherProjectOfTheSameNameIsNoneOfOurs(t *testing.T) {
	d, dir := newDaemon(t), t.TempDir()
	other := made("kafka", "/home/me/other/shop", "/home/me/other/shop/compose.yaml")
	for name, c := range map[string]struct {
		there []fakeContainer
		want  string
		own   int
	}{
		"made in our folder":        {[]fakeContainer{made("kafka", dir, dir+"/compose.yaml")}, "", 1},
		"made from our file":        {[]fakeContainer{made("kafka", "/elsewhere", dir+"/infra.yaml")}, "", 1},
		"made by a client of old":   {[]fakeContainer{composed("kafka", "running", nil)}, "", 1},
		"made by another":           {[]fakeContainer{other}, "docker.project_clash", 0},
		"ours and another service":  {[]fakeContainer{made("kafka", dir, ""), made("web", "/home/me/other/shop", "")}, "", 1},
		"ours beside the same name": {[]fakeContainer{made("kafka", dir, ""), other}, "docker.project_clash", 1},
	} {
		d.holds(c.there...)
		s := &Stack{Engine: d.connect(t), Dir: dir, Name: "shop", Services: []string{"kafka"}, Files: []string{"infra.yaml"}}
		cs, err := s.Containers(t.Context())
		if running := s.Running(t.Context()); len(cs) != c.own || err != nil || ids(running) != c.want {
			t.Errorf("%s: %d containers, %v; running: %v", name, len(cs), err, running)
		}
	}
}

func TestAnotherProjectsContainersAreNeitherReplacedNorStopped(t *testing.T) {
	d, dir := newDaemon(t), useFake(t, fakeScript{Plugin: "2.40.3"})
	project := t.TempDir()
	stopped := stops(d, "id-kafka-"+filepath.Base(project), "id-kafka-shop")
	d.holds(made("kafka", project, ""), made("kafka", "/home/me/other/shop", ""))
	s := &Stack{Engine: d.connect(t), Dir: project, Name: "shop", Services: []string{"kafka"}}
	var clash *Error
	if err := s.Up(t.Context()); idOf(err) != "docker.project_clash" || !errors.As(err, &clash) || !strings.HasSuffix(clash.Args["Name"].(string), "-shop") {
		t.Errorf("Up: %v, want the clash, and a name of its own", err)
	}
	if err := s.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := stopped(); !slices.Equal(got, []string{"id-kafka-" + filepath.Base(project)}) {
		t.Errorf("stopped %v, want ours alone", got)
	}
	if all := calls(t, dir); len(all) != 0 {
		t.Errorf("compose was asked: %v", all)
	}
}

// stops lets containers be stopped, and tells which were, in order.
func stops(d *daemon, ids ...string) func() []string {
	for _, id := range ids {
		d.on("/containers/"+id+"/stop", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	}
	return func() []string {
		var all []string
		for _, r := range d.asked() {
			if id, ok := strings.CutSuffix(r, "/stop"); ok {
				all = append(all, filepath.Base(id))
			}
		}
		return all
	}
}

func TestContainersAreStoppedByTheirLabelsThoseThatDependFirst(t *testing.T) {
	d, dir := newDaemon(t), t.TempDir()
	base := filepath.Base(dir)
	zookeeper, kafka := made("zookeeper", dir, ""), made("kafka", dir, "", "zookeeper:service_started:false")
	idle := made("web", dir, "")
	idle.state["Status"] = "exited"
	unlabelled := composed("db", "running", nil)
	stopped := stops(d, zookeeper.id, kafka.id, idle.id, unlabelled.id, "id-kafka-shop")
	d.holds(zookeeper, kafka, idle, unlabelled, made("kafka", "/home/me/other/shop", ""))
	s := &Stack{Engine: d.connect(t), Dir: dir, Name: "shop"}
	if err := s.StopContainers(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got, want := stopped(), []string{"id-kafka-" + base, "id-zookeeper-" + base}; !slices.Equal(got, want) {
		t.Errorf("stopped %v, want %v", got, want)
	}
}
