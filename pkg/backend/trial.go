package backend

import (
	"fmt"
	"strings"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
)

// tryOut multiplies two matrices, so that what an engine lacks (a library, kernels for this
// card, memory) shows before a study is trusted to it.
func tryOut(be compute.Backend) error {
	const n = 128
	ones := tensors.FromScalarAndDimensions(float32(1), n, n)
	defer ones.MustFinalizeAll()
	sum, err := graph.CallOnce(be, func(x *graph.Node) *graph.Node {
		return graph.ReduceAllSum(graph.MatMul(x, x)) // n³, which float32 holds exactly
	}, ones)
	if err != nil {
		return fmt.Errorf("it opens, but a first computation fails: %s", inXLAsWords(err))
	}
	defer sum.MustFinalizeAll()
	if got := tensors.ToScalar[float32](sum); got != n*n*n {
		return fmt.Errorf("it opens, but a first computation gives %g in place of %d", got, n*n*n)
	}
	return nil
}

// inXLAsWords is what XLA itself says in an error: its first line, without what GoMLX put before.
func inXLAsWords(err error) string {
	text := err.Error()
	if at := strings.Index(text, "PJRT error"); at >= 0 {
		text = text[at:]
	}
	line, _, _ := strings.Cut(text, "\n")
	return line
}
