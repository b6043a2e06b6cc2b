package tensorfile

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Names of the other files with weights in a Hugging Face folder.
const (
	IndexFile = "model.safetensors.index.json"
	TorchFile = "pytorch_model.bin"
)

// Weights are the tensors of a folder, to be read from its open files.
type Weights struct {
	Path    string            // the file that counts, for errors
	Tensors map[string]Tensor // by name; of all shards
	files   []*os.File
}

// Open finds the weights of a Hugging Face folder and what tensors they hold, whose
// values it does not read. The first of model.safetensors, model.safetensors.index.json
// with its shards, and pytorch_model.bin (either of PyTorch's formats) that is there
// counts. Errors name the file, and where one tensor is to blame, that too. Whoever
// opens a folder closes it.
func Open(dir string) (*Weights, error) {
	for _, format := range []struct {
		name string
		open func(*Weights) error
	}{
		{SafetensorsFile, (*Weights).openSafetensors},
		{IndexFile, (*Weights).openIndex},
		{TorchFile, (*Weights).openTorch},
	} {
		w := &Weights{Path: filepath.Join(dir, format.name), Tensors: make(map[string]Tensor)}
		if _, err := os.Stat(w.Path); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err := format.open(w); err != nil {
			w.Close()
			return nil, fmt.Errorf("%s: %w", w.Path, err)
		}
		return w, nil
	}
	return nil, fmt.Errorf("%s has no weights: neither %s nor %s nor %s is there", dir, SafetensorsFile, IndexFile, TorchFile)
}

// Close closes the files; tensors cannot be read any more.
func (w *Weights) Close() {
	for _, file := range w.files {
		_ = file.Close() // Only read from.
	}
}

// file opens a file and tells its size.
func (w *Weights) file(path string) (*os.File, int64, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	w.files = append(w.files, file)
	info, err := file.Stat()
	if err != nil {
		return nil, 0, err
	}
	if !info.Mode().IsRegular() {
		return nil, 0, errors.New("not a file")
	}
	return file, info.Size(), nil
}

func (w *Weights) openSafetensors() error { return w.addSafetensors(w.Path) }

// addSafetensors adds the tensors of one safetensors file.
func (w *Weights) addSafetensors(path string) error {
	file, size, err := w.file(path)
	if err != nil {
		return err
	}
	list, err := ReadSafetensors(file, size)
	if err != nil {
		return err
	}
	for name, tensor := range list {
		if _, twice := w.Tensors[name]; twice {
			return fmt.Errorf("tensor %q is in another file too", name)
		}
		w.Tensors[name] = tensor
	}
	return nil
}

func (w *Weights) openTorch() error {
	file, size, err := w.file(w.Path)
	if err != nil {
		return err
	}
	w.Tensors, err = readTorch(file, size)
	return err
}

// Bounds on an index of shards, far above what any model has.
const (
	maxIndexBytes = 16 << 20
	maxShards     = 1000
)

// ReadIndex reads an index of shards: the tensors that it says each file beside it has.
func ReadIndex(path string) (tensors map[string][]string, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // Only read from.
	data, err := io.ReadAll(io.LimitReader(file, maxIndexBytes+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxIndexBytes {
		return nil, fmt.Errorf("more than %d bytes: not an index of shards", maxIndexBytes)
	}
	var index struct {
		WeightMap map[string]string `json:"weight_map"`
	}
	if err := json.Unmarshal(data, &index); err != nil {
		return nil, fmt.Errorf("not an index of shards: %w", err)
	}
	tensors = make(map[string][]string)
	for _, tensor := range slices.Sorted(maps.Keys(index.WeightMap)) {
		shard := index.WeightMap[tensor]
		if filepath.Base(shard) != shard || !filepath.IsLocal(shard) {
			return nil, fmt.Errorf("weight_map names %q: must be a file beside it", shard)
		}
		tensors[shard] = append(tensors[shard], tensor)
	}
	if len(tensors) == 0 || len(tensors) > maxShards {
		return nil, fmt.Errorf("weight_map names %d files: must be from 1 to %d", len(tensors), maxShards)
	}
	return tensors, nil
}

// openIndex reads an index of shards and all tensors of the shards.
func (w *Weights) openIndex() error {
	tensors, err := ReadIndex(w.Path)
	if err != nil {
		return err
	}
	var wrong []string
	for _, shard := range slices.Sorted(maps.Keys(tensors)) {
		if err := w.addSafetensors(filepath.Join(filepath.Dir(w.Path), shard)); err != nil {
			return fmt.Errorf("shard %s: %w", shard, err)
		}
		for _, name := range tensors[shard] {
			if _, present := w.Tensors[name]; !present {
				wrong = append(wrong, fmt.Sprintf("%s is not in %s", name, shard))
			}
		}
	}
	if len(wrong) > 0 {
		return errors.New("the index does not fit its shards: " + strings.Join(wrong, "; "))
	}
	return nil
}
