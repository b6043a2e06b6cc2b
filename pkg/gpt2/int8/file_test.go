package int8_test

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/gpt2/config"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2/int8"
)

// small is a model of a few kilobytes.
func small() config.GPT2 {
	c := config.Default()
	c.VocabSize, c.NPositions, c.NEmbd, c.NLayer, c.NHead = 11, 8, 8, 2, 2
	c.BOSTokenID, c.EOSTokenID = nil, nil
	return c
}

// round returns a model's weights, of which the float32 ones are drawn from N(0, 0.3²).
func round(t *testing.T, c config.GPT2) *int8.Weights {
	t.Helper()
	sizes := map[string]int{}
	for _, p := range c.Parameters() {
		sizes[p.Name] = p.Count()
	}
	random := rand.New(rand.NewPCG(1, 2))
	weights, err := int8.Round(c, func(name string, use func(values []float32)) error {
		values := make([]float32, sizes[name])
		for i := range values {
			values[i] = float32(random.NormFloat64() * 0.3)
		}
		use(values)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return weights
}

// Weights that were written are read as they were; damaged files are refused.
func TestFile(t *testing.T) {
	for _, tied := range []bool{true, false} {
		c := small()
		c.TieWordEmbeddings = tied
		weights := round(t, c)
		var file bytes.Buffer
		if err := weights.Write(&file); err != nil {
			t.Fatal(err)
		}
		data := file.Bytes()
		read, err := int8.Read(c, bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		var again bytes.Buffer
		if err := read.Write(&again); err != nil {
			t.Fatal(err)
		}
		ids := []int32{1, 5, 9, 2, 2, 8}
		before, err := int8.NewDecoder(weights).NLL(ids)
		if err != nil {
			t.Fatal(err)
		}
		after, err := int8.NewDecoder(read).NLL(ids)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(data, again.Bytes()) || !slices.Equal(before, after) {
			t.Errorf("tied %v: weights changed on the way", tied)
		}

		other, nan := c, slices.Clone(data)
		other.NEmbd *= 2
		copy(nan[len(nan)-4:], []byte{0, 0, 0xc0, 0x7f})
		deeper := c
		deeper.NLayer++
		shallower := c
		shallower.NLayer--
		for name, damaged := range map[string]struct {
			config config.GPT2
			data   []byte
		}{
			"cut short": {c, data[:len(data)-1]}, "wider": {other, data}, "deeper": {deeper, data}, "shallower": {shallower, data},
			"empty": {c, nil}, "no model": {config.GPT2{}, data}, "not finite": {c, nan},
		} {
			if _, err := int8.Read(damaged.config, bytes.NewReader(damaged.data), int64(len(damaged.data))); err == nil {
				t.Errorf("tied %v: a file that is %s was read", tied, name)
			}
		}
	}
}
