package word2vec

import (
	"testing"

	"github.com/gomlx/compute"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
)

// engines returns the pure-Go engine and, where it is installed, the one that
// researchers get.
func engines(t testing.TB) map[string]compute.Backend {
	t.Helper()
	best, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]compute.Backend{best.Name: best.Backend}
	if best.Name != "go" {
		pure, err := compute.NewWithConfig("go:ops_sequential")
		if err != nil {
			t.Fatal(err)
		}
		all["go"] = pure
	}
	t.Cleanup(func() {
		for _, be := range all {
			be.Finalize()
		}
	})
	return all
}
