package finetune

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"math"

	"github.com/gomlx/gomlx/core/tensors"

	"github.com/hemiciclo/hemiciclo/pkg/finetune/training"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
	"github.com/hemiciclo/hemiciclo/pkg/vec"
)

// fingerprint identifies a run by everything that affects its result. A run resumes only
// from checkpoints with its own fingerprint.
func fingerprint(m *gpt2.Model, train, eval []int32, s training.Settings) (string, error) {
	sum := sha256.New()
	head, err := json.Marshal(struct {
		Settings training.Settings
		Config   gpt2.Config
		Lengths  [2]int
	}{s, m.Config, [2]int{len(train), len(eval)}})
	if err != nil {
		return "", err
	}
	sum.Write(head)
	writeIDs(sum, train)
	writeIDs(sum, eval)
	for _, p := range m.Parameters() {
		value, err := p.Variable.Value()
		if err != nil {
			return "", fmt.Errorf("%s: %w", p.Name, err)
		}
		err = tensors.ConstFlatData(value, func(flat []float32) {
			_ = writeFloats(sum, flat) // a hash does not fail
		})
		if err != nil {
			return "", fmt.Errorf("%s: %w", p.Name, err)
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

func writeIDs(sum hash.Hash, ids []int32) {
	buffer := make([]byte, 0, 4*chunk)
	for len(ids) > 0 {
		n := min(chunk, len(ids))
		buffer = buffer[:0]
		for _, id := range ids[:n] {
			buffer = binary.LittleEndian.AppendUint32(buffer, uint32(id))
		}
		sum.Write(buffer)
		ids = ids[n:]
	}
}

// chunk is how many numbers are turned into bytes at once.
const chunk = 1 << 14

// writeFloats writes values as little-endian float32.
func writeFloats(w io.Writer, values []float32) error {
	buffer := make([]byte, 0, 4*chunk)
	for len(values) > 0 {
		n := min(chunk, len(values))
		buffer = buffer[:0]
		for _, v := range values[:n] {
			buffer = binary.LittleEndian.AppendUint32(buffer, math.Float32bits(v))
		}
		vec.ClearUpper()
		if _, err := w.Write(buffer); err != nil {
			return err
		}
		values = values[n:]
	}
	return nil
}
