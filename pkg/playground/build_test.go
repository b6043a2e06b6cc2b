package playground

import (
	"bytes"
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
