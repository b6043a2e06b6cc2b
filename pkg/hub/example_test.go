package hub_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/hemiciclo/hemiciclo/pkg/hub"
)

// A folder is taken as it is; the name of a model on the hub ("gpt2") gives its snapshot
// in Hugging Face's cache, after a download if need be.
func ExampleResolve() {
	dir, err := os.MkdirTemp("", "model")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	for _, name := range []string{"config.json", "tokenizer.json", "model.safetensors"} {
		_, err := hub.Resolve(context.Background(), dir, hub.Options{})
		fmt.Printf("without %s: complete is %t\n", name, err == nil)
		if err := os.WriteFile(filepath.Join(dir, name), []byte("{}"), 0o644); err != nil {
			fmt.Println(err)
			return
		}
	}
	folder, err := hub.Resolve(context.Background(), dir, hub.Options{})
	fmt.Println("with all:", folder == dir, err)
	// Output:
	// without config.json: complete is false
	// without tokenizer.json: complete is false
	// without model.safetensors: complete is false
	// with all: true <nil>
}
