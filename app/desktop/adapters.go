package desktop

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/diff"

	"streamtray/app/config"
	"streamtray/app/i18n"
	"streamtray/app/project"
	"streamtray/app/ui"
	"streamtray/internal/atomicfile"
	"streamtray/internal/projectfile"
)

// planner is a project's topics as the topics window asks for them.
type planner struct {
	project *project.Project
	words   *i18n.Words
	file    ui.ProjectFile // nil: there is none
}

var _ ui.Planner = planner{}

// Plan compares.
func (p planner) Plan(ctx context.Context) ([]ui.TopicPlan, error) {
	return p.told(p.project.PlanTopics(ctx))
}

// Apply creates what is missing.
func (p planner) Apply(ctx context.Context, grow bool) ([]ui.TopicPlan, error) {
	return p.told(p.project.ApplyTopics(ctx, grow))
}

// Declaring shows what a declaration would change in the project's file.
func (p planner) Declaring(topic string, partitions int) (ui.Declaration, error) {
	if p.file == nil {
		return ui.Declaration{File: config.FileName}, nil
	}
	is, err := p.file.Text()
	if err != nil {
		return ui.Declaration{File: config.FileName}, err
	}
	text, err := config.Declare(is, p.project.Config.Kafka.Topics, config.Topic{Name: topic, Partitions: partitions})
	if err == nil {
		err = p.file.Check(text)
	}
	return ui.Declaration{
		File: config.FileName, Diff: string(diff.Diff(config.FileName, []byte(is), config.FileName, []byte(text))),
		Write: func() error { return p.file.Save(text) },
	}, err
}

func (p planner) told(topics []project.Topic, err error) ([]ui.TopicPlan, error) {
	if err != nil {
		return nil, err
	}
	plans := make([]ui.TopicPlan, len(topics))
	for i, t := range topics {
		plans[i] = ui.TopicPlan{Name: t.Name, Have: ui.Shape{Partitions: t.Partitions, Replication: t.Replication}, Deed: deed(t.State), Err: t.Err}
		for _, d := range p.project.Config.Kafka.Topics {
			if d.Name == t.Name {
				plans[i].Want = ui.Shape{Partitions: d.Partitions, Replication: d.Replication}
			}
		}
		if plans[i].Deed == "differ" {
			plans[i].Note = p.words.Text(t.Note.ID, t.Note.Args)
		}
	}
	return plans, nil
}

// deed is the window's name for what the kafka package tells of a topic.
func deed(state string) string {
	switch {
	case strings.HasSuffix(state, " differ"):
		return "differ"
	case state == "name invalid":
		return "failed"
	}
	return state
}

// projectFile is a project's streamtray.yaml.
type projectFile struct {
	path  string
	first func() string // the text of a project that has no file yet
}

var _ ui.ProjectFile = projectFile{}

// mostYAML is the size in bytes up to which the file is shown; it may have an eighth of that.
const mostYAML = 512 << 10

// Text is the file's, or that of a first one.
func (f projectFile) Text() (string, error) {
	b, err := projectfile.In(filepath.Dir(f.path)).ReadInside(f.path, mostYAML)
	if os.IsNotExist(err) {
		return f.first(), nil
	}
	return string(b), err
}

// Check reads the text as the project's file would be read, from a folder of its own.
func (f projectFile) Check(text string) error {
	dir, err := os.MkdirTemp("", "streamtray-check-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, config.FileName)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return err
	}
	_, err = config.Load(file)
	return err
}

// Save writes the text beside the file and puts it in its place whole.
func (f projectFile) Save(text string) error {
	return atomicfile.Write(f.path, []byte(text), 0o644)
}
