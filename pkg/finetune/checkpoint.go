package finetune

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/gomlx/gomlx/core/tensors"

	"github.com/hemiciclo/hemiciclo/pkg/finetune/training"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
	"github.com/hemiciclo/hemiciclo/pkg/home"
)

// A checkpoint is a folder checkpoint-<step>: a model folder as Hugging Face lays it out,
// trainer_state.json with the [training.History], and the moments. It is written under a
// temporary name and renamed once it is complete on disk.
const (
	checkpointPrefix = "checkpoint-"
	unfinished       = ".unfinished"
	stateFile        = "trainer_state.json"
	// momentsFile holds the first, then the second moments of all parameters in
	// their order, as little-endian float32, and the CRC-32 (IEEE) of all that.
	momentsFile = "optimizer.bin"
	// maxStateBytes bounds the trainer_state.json that is read.
	maxStateBytes = 64 << 20
)

// findCheckpoint returns the name and the history of the latest checkpoint in
// dir that this fingerprint made; "" if there is none.
func findCheckpoint(dir, fingerprint string) (name string, h *training.History, err error) {
	steps, err := checkpointSteps(dir)
	if err != nil {
		return "", nil, err
	}
	for _, step := range slices.Backward(steps) {
		name := checkpointPrefix + strconv.Itoa(step)
		h, err := readState(filepath.Join(dir, name, stateFile))
		if err != nil {
			return "", nil, fmt.Errorf("checkpoint %s cannot be read (delete the folder to do without it): %w", filepath.Join(dir, name), err)
		}
		if h.Fingerprint == fingerprint && h.GlobalStep == step {
			return name, h, nil
		}
	}
	return "", nil, nil
}

// checkpointSteps lists the steps of dir's checkpoints in order.
func checkpointSteps(dir string) ([]int, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("the checkpoint folder %s cannot be read (change its permissions or name another folder): %w", dir, err)
	}
	var steps []int
	for _, entry := range entries {
		number, isCheckpoint := strings.CutPrefix(entry.Name(), checkpointPrefix)
		if step, err := strconv.Atoi(number); isCheckpoint && err == nil && entry.IsDir() && strconv.Itoa(step) == number {
			steps = append(steps, step)
		}
	}
	slices.Sort(steps)
	return steps, nil
}

func readState(path string) (*training.History, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	var h training.History
	if err := json.NewDecoder(io.LimitReader(f, maxStateBytes)).Decode(&h); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &h, nil
}

// saveCheckpoint writes the checkpoint of h.GlobalStep into dir, removes all older ones
// except the best, and returns the new one's name. If it fails or is killed, the earlier
// checkpoints are intact.
func saveCheckpoint(dir string, st *stepper, h *training.History) (name string, err error) {
	name = checkpointPrefix + strconv.Itoa(h.GlobalStep)
	if h.BestMetric != nil && h.BestGlobalStep == h.GlobalStep {
		h.BestModelCheckpoint = name
	}
	final := filepath.Join(dir, name)
	if old, err := readState(filepath.Join(final, stateFile)); err == nil && old.Fingerprint == h.Fingerprint {
		// The same step of the same run has the same weights: only the log is longer.
		err := writeState(final, h)
		return name, errors.Join(err, removeCheckpoints(dir, name, h.BestModelCheckpoint))
	}
	making := filepath.Join(dir, unfinished)
	if err := os.RemoveAll(making); err != nil {
		return "", err
	}
	if err := writeCheckpoint(making, st, h); err != nil {
		// The half-written checkpoint may be what filled the disk.
		return "", errors.Join(err, os.RemoveAll(making))
	}
	if err := os.RemoveAll(final); err != nil { // of another run
		return "", err
	}
	if err := os.Rename(making, final); err != nil {
		return "", err
	}
	if err := syncFolder(dir); err != nil {
		return "", err
	}
	return name, removeCheckpoints(dir, name, h.BestModelCheckpoint)
}

// writeCheckpoint writes all that a checkpoint holds into the folder path.
func writeCheckpoint(path string, st *stepper, h *training.History) error {
	if err := st.model.Save(path); err != nil {
		return err
	}
	if err := home.WriteFile(filepath.Join(path, momentsFile), st.writeMoments); err != nil {
		return err
	}
	return writeState(path, h)
}

// writeState writes the history into the checkpoint at path.
func writeState(path string, h *training.History) error {
	return home.WriteFile(filepath.Join(path, stateFile), func(w io.Writer) error {
		encoder := json.NewEncoder(w)
		encoder.SetIndent("", "  ")
		return encoder.Encode(h)
	})
}

// prepareFolder removes any half-written checkpoint that a killed run left in dir, and
// makes sure that new ones can be written there before hours of training are spent. An
// empty dir means no checkpoints.
func prepareFolder(dir string) error {
	if dir == "" {
		return nil
	}
	probe := filepath.Join(dir, unfinished+".probe")
	err := os.RemoveAll(filepath.Join(dir, unfinished))
	if err == nil {
		err = home.WriteFile(probe, func(w io.Writer) error { _, err := w.Write([]byte{0}); return err })
	}
	if err == nil {
		err = os.Remove(probe)
	}
	if err != nil {
		return fmt.Errorf("checkpoints cannot be written to %s (free space, change its permissions or name another folder): %w", dir, err)
	}
	return nil
}

// removeCheckpoints removes all checkpoints in dir except those to keep.
func removeCheckpoints(dir string, keep ...string) error {
	steps, err := checkpointSteps(dir)
	if err != nil {
		return err
	}
	for _, step := range steps {
		name := checkpointPrefix + strconv.Itoa(step)
		if slices.Contains(keep, name) {
			continue
		}
		if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	return nil
}

// syncFolder makes a rename in dir survive a power cut.
func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// loadWeights gives m the weights of the checkpoint.
func loadWeights(path string, m *gpt2.Model) error {
	saved, err := gpt2.Load(path)
	if err != nil {
		return err
	}
	from := saved.Parameters()
	for i, p := range m.Parameters() {
		if i >= len(from) || from[i].Name != p.Name || !from[i].Shape.Equal(p.Shape) {
			return fmt.Errorf("%s: the saved model differs from this one at %s", path, p.Name)
		}
		value, err := from[i].Variable.Value()
		if err != nil {
			return err
		}
		flat, err := tensors.CopyFlatData[float32](value)
		if err != nil {
			return err
		}
		if err := p.Variable.SetValue(tensors.FromFlatDataAndDimensions(flat, p.Shape.Dimensions...)); err != nil {
			return err
		}
	}
	return nil
}

// writeMoments writes the moments file.
func (st *stepper) writeMoments(w io.Writer) error {
	sum := crc32.NewIEEE()
	both := io.MultiWriter(w, sum)
	for _, moment := range slices.Concat(st.moments[:]...) {
		flat, err := tensors.CopyFlatData[float32](moment)
		if err != nil {
			return err
		}
		if err := writeFloats(both, flat); err != nil {
			return err
		}
	}
	return binary.Write(w, binary.LittleEndian, sum.Sum32())
}

// readMoments reads the moments file of the checkpoint in dir.
func (st *stepper) readMoments(dir string) error {
	path := filepath.Join(dir, momentsFile)
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if want := int64(8*st.model.Count() + 4); info.Size() != want {
		return fmt.Errorf("%s has %d bytes: this model's moments take %d", path, info.Size(), want)
	}
	sum := crc32.NewIEEE()
	file := bufio.NewReaderSize(f, 1<<20)
	summed := io.TeeReader(file, sum)
	for _, moment := range slices.Concat(st.moments[:]...) {
		data := make([]byte, 4*moment.Size())
		if _, err := io.ReadFull(summed, data); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		err := tensors.MutableFlatData(moment, func(flat []float32) {
			for i := range flat {
				flat[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
			}
		})
		if err != nil {
			return err
		}
	}
	var written uint32
	if err := binary.Read(file, binary.LittleEndian, &written); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if written != sum.Sum32() {
		return fmt.Errorf("%s is damaged: its checksum is wrong", path)
	}
	return nil
}
