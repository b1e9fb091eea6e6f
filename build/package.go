package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"

	"streamtray/build/pack"
	"streamtray/build/rig"
)

// packages makes what Windows users download, into build/dist.
func packages(ctx context.Context, args []string) error {
	var sign pack.Signature
	flags := flag.NewFlagSet("package", flag.ContinueOnError)
	only := flags.Bool("programs", false, "only the executables")
	at := flags.String("url", "", "the address below which the files will be, https://...: write manifests for winget and scoop")
	flags.StringVar(&sign.Certificate, "certificate", "", "sign with this certificate: PEM, or PKCS#12 (.pfx)")
	flags.StringVar(&sign.Key, "key", "", "its key: PEM; the key's password is taken from "+pack.SignPassword)
	flags.StringVar(&sign.Timestamp, "timestamp", "", "address of a timestamp service (RFC 3161)")
	if err := flags.Parse(args); err != nil {
		return err
	}
	job, err := packageJob(ctx, os.Stderr)
	if err != nil {
		return err
	}
	job.URL = *at
	if sign.Certificate != "" {
		sign.Password = os.Getenv(pack.SignPassword)
		job.Sign = &sign
	} else if cmp.Or(sign.Key, sign.Timestamp) != "" {
		return errors.New("package: who signs? --certificate is missing")
	}
	if *only && job.URL != "" {
		return errors.New("package: --programs makes nothing that --url could tell of: leave one of them out")
	}
	if *only {
		return withRemedy(pack.Programs(ctx, job))
	}
	return withRemedy(pack.All(ctx, job))
}

// packageJob is to pack this source tree into build/dist, unsigned.
func packageJob(ctx context.Context, out io.Writer) (pack.Job, error) {
	root, err := rig.SourceTree()
	if err != nil {
		return pack.Job{}, err
	}
	source, err := pack.Read(ctx, root)
	return pack.Job{Source: source, Out: filepath.Join(root, "build", "dist"), Say: sayTo(out)}, err
}

// packageIt is packages as a stage. A cold build of the C parts takes minutes.
func packageIt(ctx context.Context, out io.Writer) error {
	job, err := packageJob(ctx, out)
	if err != nil {
		return err
	}
	return pack.All(ctx, job)
}

// packageContents takes apart what packageIt made, makes it again from another folder and compares, and has it signed.
func packageContents() stage {
	ready := func(ctx context.Context, out io.Writer) error { return pack.Proving(ctx, sayTo(out)) }
	return suite("package contents", ready, nil, "-tags", "headless,package", "-count=1", "-timeout", "30m", "./build/pack")
}

// signForInstaller is how the installer's maker comes back to sign the uninstaller.
func signForInstaller(ctx context.Context, args []string) error {
	if len(args) != 1 {
		return errors.New("one file is signed at a time")
	}
	return pack.SignatureOf(os.Getenv).Sign(ctx, args[0])
}
