package pack

import (
	"cmp"
	"context"
	"debug/buildinfo"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"streamtray/build/rig"
	"streamtray/build/zig"
)

// cyclonedx lists what a program is made of, in this version.
const cyclonedx = "github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0"

// bills writes the bill of materials of each artefact beside it.
func (j Job) bills(ctx context.Context, artefacts []artefact) error {
	began := time.Now()
	compiler, err := zig.Get(ctx, j.Say)
	if err != nil {
		return err
	}
	known := map[string]*cdx.BOM{}
	for _, p := range executables() {
		m, err := materials(ctx, j.Source, compiler.Runtime(), filepath.Join(j.Out, p))
		if err != nil {
			return fmt.Errorf("%s: %w", p, err)
		}
		known[p] = m
	}
	for _, a := range artefacts {
		var inside []*cdx.BOM
		for _, p := range a.programs {
			inside = append(inside, known[p])
		}
		var installer *cdx.Component
		if a.name == Setup(j.Source.Number) {
			if installer, err = nsisRuntime(ctx); err != nil {
				return err
			}
		}
		b, err := bill(filepath.Join(j.Out, a.name), j.Source.Version(), inside, installer)
		if err != nil {
			return fmt.Errorf("%s: %w", a.name, err)
		}
		if err := writeBill(b, filepath.Join(j.Out, SBOM(a.name))); err != nil {
			return err
		}
	}
	j.Say("*.cdx.json", fmt.Sprintf("%d, %.1fs", len(artefacts), time.Since(began).Seconds()))
	return nil
}

// bill is the bill of materials (CycloneDX) of an artefact that lies at file and that programs, by their files, are in:
// its sum, the programs with theirs, their Go modules with versions, sums and licences, Go itself, and what the C
// compiler links into them. A program's own bill has no other program in it. installer is what the artefact has of the
// installer's maker; nil: nothing.
func bill(file, version string, materials []*cdx.BOM, installer *cdx.Component) (*cdx.BOM, error) {
	artefact, err := component(file, version)
	if err != nil {
		return nil, err
	}
	whole := cdx.NewBOM()
	whole.Metadata = &cdx.Metadata{Tools: materials[0].Metadata.Tools, Component: &artefact}
	parts, needs := []cdx.Component{}, []cdx.Dependency{}
	has := map[string]bool{}
	add := func(all ...cdx.Component) {
		for _, c := range all {
			if !has[c.BOMRef] {
				has[c.BOMRef] = true
				parts = append(parts, c)
			}
		}
	}
	var inside []string
	for _, m := range materials {
		if program := m.Metadata.Component; program.BOMRef != artefact.BOMRef {
			add(*program)
			inside = append(inside, program.BOMRef)
		}
		add(*m.Components...)
		for _, d := range *m.Dependencies {
			if !slices.ContainsFunc(needs, func(n cdx.Dependency) bool { return n.Ref == d.Ref }) {
				needs = append(needs, d)
			}
		}
	}
	if installer != nil {
		add(*installer)
		inside = append(inside, installer.BOMRef)
	}
	if inside != nil {
		needs = append([]cdx.Dependency{{Ref: artefact.BOMRef, Dependencies: &inside}}, needs...)
	}
	whole.Components, whole.Dependencies = &parts, &needs
	return whole, nil
}

// component is a file of ours.
func component(file, version string) (cdx.Component, error) {
	sum, err := sumOf(file)
	return cdx.Component{
		BOMRef: "file:" + fmt.Sprintf("%x", sum), Type: cdx.ComponentTypeApplication, Name: filepath.Base(file), Version: version,
		Hashes:   &[]cdx.Hash{{Algorithm: cdx.HashAlgoSHA256, Value: fmt.Sprintf("%x", sum)}},
		Licenses: &cdx.Licenses{{License: &cdx.License{ID: "Apache-2.0"}}},
	}, err
}

// materials reads what a program is made of from the program's own build information.
func materials(ctx context.Context, s Source, runtime []zig.Component, program string) (b *cdx.BOM, err error) {
	said := program + ".modules"
	defer func() {
		if gone := os.Remove(said); !errors.Is(gone, os.ErrNotExist) {
			err = cmp.Or(err, gone)
		}
	}()
	cmd := exec.CommandContext(ctx, "go", "run", cyclonedx, "bin",
		"-json", "-std", "-licenses", "-short-purls", "-noserial", "-notimestamp", "-version", s.Version(), "-output", said, program)
	cmd.Dir = s.Root
	cmd.Env = append(os.Environ(), "GOFLAGS=-trimpath", "CGO_ENABLED=0") // the list has a sum of the tool, which is to be the same everywhere
	if err := rig.Quietly(cmd); err != nil {
		return nil, err
	}
	f, err := os.Open(said)
	if err != nil {
		return nil, err
	}
	b = new(cdx.BOM)
	if err := errors.Join(cdx.NewBOMDecoder(f, cdx.BOMFileFormatJSON).Decode(b), f.Close()); err != nil {
		return nil, err
	}
	return b, complete(b, s, runtime, program)
}

// complete makes the module that a bill is of the program that it is in, and adds the C runtime if that has C.
func complete(b *cdx.BOM, s Source, runtime []zig.Component, program string) error {
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		return err
	}
	self, err := component(program, s.Version())
	if err != nil {
		return err
	}
	at := slices.IndexFunc(*b.Dependencies, func(d cdx.Dependency) bool { return d.Ref == b.Metadata.Component.BOMRef })
	if at < 0 || (*b.Dependencies)[at].Dependencies == nil {
		return fmt.Errorf("%s: %s depends on nothing", program, b.Metadata.Component.BOMRef)
	}
	own := &(*b.Dependencies)[at]
	own.Ref, b.Metadata.Component = self.BOMRef, &self
	if !hasC(info) {
		return nil
	}
	for _, r := range runtime {
		c := generic(r.Name, r.Version, r.About, r.SPDX)
		*b.Components = append(*b.Components, c)
		*own.Dependencies = append(*own.Dependencies, c.BOMRef)
	}
	return nil
}

// generic is a part that no package manager has.
func generic(name, version, about, spdx string) cdx.Component {
	purl := "pkg:generic/" + name + "@" + version
	return cdx.Component{
		BOMRef: purl, PackageURL: purl, Type: cdx.ComponentTypeLibrary, Name: name, Version: version, Description: about,
		Scope: cdx.ScopeRequired, Licenses: &cdx.Licenses{{License: &cdx.License{ID: spdx}}},
	}
}

// writeBill writes a bill as JSON.
func writeBill(b *cdx.BOM, file string) (err error) {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return cdx.NewBOMEncoder(f, cdx.BOMFileFormatJSON).SetPretty(true).Encode(b)
}
