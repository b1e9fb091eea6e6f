//go:build deps

package main

import (
	_ "fyne.io/fyne/v2/test"
	_ "github.com/IBM/sarama"
	_ "github.com/coder/websocket"
	_ "github.com/compose-spec/compose-go/v2/cli"
	_ "github.com/containerd/errdefs"
	_ "github.com/docker/docker/client"
	_ "github.com/docker/docker/pkg/stdcopy"
	_ "github.com/docker/go-connections/tlsconfig"
	_ "github.com/goccy/go-yaml"
	_ "github.com/nicksnyder/go-i18n/v2/i18n"
	_ "github.com/rogpeppe/go-internal/testscript"
	_ "github.com/twmb/franz-go/pkg/kfake"
	_ "github.com/xdg-go/scram"
	_ "github.com/zalando/go-keyring"
	_ "golang.org/x/sys/cpu"
	_ "golang.org/x/term"
	_ "golang.org/x/text/encoding/htmlindex"
	_ "github.com/Microsoft/go-winio"
)
