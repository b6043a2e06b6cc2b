package playground

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/home"
)

// Program is what runs models in a page.
type Program struct {
	WASM     []byte // package wasm, compiled
	Exec     []byte // Go's wasm_exec.js, which starts it
	Licences []byte // of all that is in it, as text
}

// program is the package that is compiled.
const program = "./pkg/playground/wasm"

// Build compiles the program with the Go that is installed. The same sources and the same
// Go give the same bytes, on any machine.
func Build(ctx context.Context) (*Program, error) {
	p, err := build(ctx)
	if err != nil {
		return nil, fmt.Errorf("compiling the playground's program: %w", err)
	}
	return p, nil
}

func build(ctx context.Context) (*Program, error) {
	root, err := home.Dir()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "hemiciclo-playground-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	file := filepath.Join(folder, "program.wasm")
	if _, err := goTool(ctx, root, "build", "-trimpath", "-ldflags=-s -w", "-o", file, program); err != nil {
		return nil, err
	}
	p := &Program{}
	if p.WASM, err = os.ReadFile(file); err != nil {
		return nil, err
	}
	goroot, err := goTool(ctx, root, "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	goroot = strings.TrimSpace(goroot)
	if p.Exec, err = os.ReadFile(filepath.Join(goroot, "lib", "wasm", "wasm_exec.js")); err != nil {
		return nil, err
	}
	p.Licences, err = licences(ctx, root, goroot)
	return p, err
}

// goTool runs Go's command for a browser: with neither cgo nor the vector instructions
// that another GOEXPERIMENT than the default would ask for.
func goTool(ctx context.Context, root string, args ...string) (string, error) {
	if args[0] != "env" {
		args = slices.Insert(args, 1, "-buildvcs=false")
	}
	command := exec.CommandContext(ctx, "go", args...)
	command.Dir = root
	command.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0", "GOEXPERIMENT=", "GOWORK=off", "GOFLAGS=")
	var out, complaints bytes.Buffer
	command.Stdout, command.Stderr = &out, &complaints
	if err := command.Run(); err != nil {
		if text := strings.TrimSpace(complaints.String()); text != "" {
			err = errors.New(text)
		}
		return "", fmt.Errorf("go %s: %w", args[0], err)
	}
	return out.String(), nil
}

// licences gathers those of Go and of every module whose packages are in the program.
func licences(ctx context.Context, root, goroot string) ([]byte, error) {
	list, err := goTool(ctx, root, "list", "-deps", "-f", "{{with .Module}}{{.Path}} {{.Version}}\t{{.Dir}}{{end}}", program)
	if err != nil {
		return nil, err
	}
	modules := strings.Split(strings.TrimSpace(list), "\n")
	slices.Sort(modules)
	var all bytes.Buffer
	add := func(name, folder string) error {
		entries, err := os.ReadDir(folder)
		if err != nil {
			return err
		}
		found := false
		for _, entry := range entries {
			licence := strings.HasPrefix(entry.Name(), "LICENSE")
			if !licence && !strings.HasPrefix(entry.Name(), "NOTICE") {
				continue
			}
			text, err := os.ReadFile(filepath.Join(folder, entry.Name()))
			if err != nil {
				return err
			}
			found = found || licence
			fmt.Fprintf(&all, "%s\n%s\n\n%s\n\n", name, strings.Repeat("-", len(name)), bytes.TrimSpace(text))
		}
		if !found {
			return fmt.Errorf("%s has no licence", name)
		}
		return nil
	}
	if err := add("Go", goroot); err != nil {
		return nil, err
	}
	for _, module := range slices.Compact(modules) {
		name, folder, found := strings.Cut(module, "\t")
		if !found {
			continue // A package of Go's own.
		}
		if err := add(strings.TrimSpace(name), folder); err != nil {
			return nil, err
		}
	}
	return all.Bytes(), nil
}
