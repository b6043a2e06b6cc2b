package playground

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/home"
)

func TestBuild(t *testing.T) {
	p, err := Build(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(p.WASM, []byte("\x00asm")) || !bytes.Contains(p.Exec, []byte("WebAssembly")) {
		t.Errorf("the program begins with %q, what starts it with %.80q", p.WASM[:8], p.Exec)
	}
	root, err := home.Dir()
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(p.WASM, []byte(root)) {
		t.Error("the program names a folder of this machine")
	}
	// What draws graphs and compiles them would be two thirds of the program.
	for _, name := range []string{"gomlx", "go-xla"} {
		if strings.Contains(string(p.Licences), name) {
			t.Errorf("the program holds %s", name)
		}
	}
	for _, name := range []string{"Go\n--\n", "Copyright 2009 The Go Authors", "github.com/hemiciclo/hemiciclo\n", "github.com/nlpodyssey/gopickle v"} {
		if !strings.Contains(string(p.Licences), name) {
			t.Errorf("the licences lack %q", name)
		}
	}
}

// Neither the page nor a program that only shows results links an engine: these packages
// lead neither to one nor to C.
func TestPackagesWithoutEngine(t *testing.T) {
	packages := []string{".", "../gpt2/config", "../gpt2/int8", "../generate"}
	list := exec.Command("go", append([]string{"list", "-deps", "-f", "{{.ImportPath}} {{.CgoFiles}}"}, packages...)...)
	list.Env, list.Stderr = append(os.Environ(), "CGO_ENABLED=1"), os.Stderr
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		name, cgo, _ := strings.Cut(strings.TrimSpace(line), " ")
		if strings.Contains(name, "gomlx") {
			t.Errorf("they need %s", name)
		}
		if cgo != "[]" {
			t.Errorf("%s has files of cgo: %s", name, cgo)
		}
	}
	if !strings.Contains(string(out), "/pkg/generate []\n") {
		t.Errorf("pkg/generate is not among the packages:\n%s", out)
	}
}
