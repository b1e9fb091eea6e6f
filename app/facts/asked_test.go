package facts_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"streamtray/app/facts"
)

// What could be a program and is named by nobody is no program for sure: a person is asked, and it is there to be chosen.
func TestWhatNobodyNamesIsAskedFor(t *testing.T) {
	const (
		sends = "from kafka import KafkaProducer\nKafkaProducer(bootstrap_servers='localhost:9092').send('seen', b'x')\n"
		main  = "from kafka import KafkaProducer\nif __name__ == '__main__':\n    KafkaProducer(bootstrap_servers='localhost:9092').send('seen', b'x')\n"
		tasks = "from celery import Celery, shared_task\nfrom kafka import KafkaProducer\njobs = Celery('jobs')\n@jobs.task\ndef tell():\n    KafkaProducer(bootstrap_servers='localhost:9092').send('seen', b'x')\n"
		api   = "from flask import Flask\nfrom jobs import tell\napp = Flask(__name__)\n@app.get('/')\ndef hit():\n    tell.delay()\nif __name__ == '__main__':\n    app.run()\n"
	)
	for name, c := range map[string]struct {
		files       map[string]string
		sure, asked []string
	}{
		"tries beside the program": {
			map[string]string{"main.py": main, "try1.py": sends, "try2.py": sends},
			[]string{"python main.py"},
			[]string{"python try1.py", "python try2.py"},
		},
		"the worker of an API": {
			map[string]string{"jobs.py": tasks, "app.py": api, "README.md": "`python app.py`\n"},
			[]string{"python app.py"},
			[]string{"celery -A jobs worker --loglevel=info"},
		},
		"the worker of a package": {
			map[string]string{"shop/__init__.py": "", "shop/celery.py": "from celery import Celery\napp = Celery('shop')\n", "shop/tasks.py": strings.NewReplacer("@jobs.task", "@shared_task", "jobs = Celery('jobs')\n", "").Replace(tasks), "main.py": main},
			[]string{"python main.py"},
			[]string{"celery -A shop worker --loglevel=info"},
		},
		"a file with a test's name that the README starts": {
			map[string]string{"main.py": main, "sender_test.py": sends, "other_test.py": sends, "README.md": "```\npython main.py\npython sender_test.py\n```\n"},
			[]string{"python main.py"},
			[]string{"python sender_test.py"},
		},
		"what makes the topics": {
			map[string]string{"main.py": main, "create_topics.py": main, "README.md": "```\npython create_topics.py [ --topics <file> ]\n```\n> python main.py\n"},
			[]string{"python main.py"},
			[]string{"python create_topics.py"},
		},
		"more than anybody would start": {
			map[string]string{"a.py": main, "b.py": main, "c.py": main, "d.py": main, "e.py": main, "f.py": main, "g.py": main},
			nil,
			[]string{"python a.py", "python b.py", "python c.py", "python d.py", "python e.py", "python f.py", "python g.py"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for file, text := range c.files {
				path := filepath.Join(dir, filepath.FromSlash(file))
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			var sure, asked []string
			for _, p := range facts.Find(t.Context(), dir).Programs {
				if command := strings.Join(p.Command, " "); p.Sure {
					sure = append(sure, command)
				} else {
					asked = append(asked, command)
				}
			}
			slices.Sort(asked)
			if !slices.Equal(sure, c.sure) || !slices.Equal(asked, c.asked) {
				t.Errorf("sure %q, asked %q", sure, asked)
			}
		})
	}
}

func TestAnEnvironmentThatTheReadmeAloneNamesIsNotSure(t *testing.T) {
	for readme, want := range map[string]bool{"": true, "```\nconda create -n feed python=3.12\nconda activate feed\n```\n": false} {
		dir := t.TempDir()
		for file, text := range map[string]string{"requirements.txt": "kafka-python\n", "README.md": readme, "main.py": "print(1)\n"} {
			if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if e := facts.Find(t.Context(), dir).Env; e.Interpreter != "python" || e.Sure != want {
			t.Errorf("%q: %q, sure %v", readme, e.Interpreter, e.Sure)
		}
	}
}
