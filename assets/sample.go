package assets

import "embed"

// Sample is the detection project that people try StreamTray with, under "sample/". Its parts are named one by
// one, so that what running it leaves behind (__pycache__, .venv, .env) never gets into the program; a test holds
// the list complete.
//
//go:embed sample/*.py sample/*.md sample/requirements.in sample/requirements.txt sample/ruff.toml sample/streamtray.yaml sample/.env.example sample/.gitignore
//go:embed sample/algo/*.py sample/algo/*/*.py sample/routes/*.py sample/tests/*.py sample/tests/golden/*.jsonl
//go:embed sample/deployment/*.yml sample/docs/*.md sample/docs/schema/*.json
var Sample embed.FS
