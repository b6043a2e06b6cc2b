package score

import (
	"context"
	"errors"
	"testing"
)

// broken is a decoding that fails, and holds memory until it is closed.
type broken struct{ closed int }

var errBroken = errors.New("broken")

func (b *broken) Logits() ([][]float32, error) { return nil, errBroken }
func (b *broken) Append([]int32) error         { return errBroken }
func (b *broken) Close() error                 { b.closed++; return nil }

func TestFailedDecodingIsClosed(t *testing.T) {
	b := &broken{}
	_, err := predict(context.Background(), [][]int32{{1, 2}}, func([][]int32, int) (decoding, error) { return b, nil })
	if !errors.Is(err, errBroken) || b.closed != 1 {
		t.Errorf("%v; closed %d times", err, b.closed)
	}
}
