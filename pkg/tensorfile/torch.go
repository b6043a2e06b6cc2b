package tensorfile

import (
	"archive/zip"
	"bufio"
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"math/big"
	"path"
	"slices"

	"github.com/nlpodyssey/gopickle/types"
)

// PyTorch's torch.save writes a pickle of a dictionary from names to tensors,
// which refer to storages by a key. Since version 1.6 the pickle and each storage
// are files in a zip archive; before, they followed one another in one stream. See
// torch/serialization.py in PyTorch.

// readTorch finds the tensors of a file of size bytes that torch.save wrote.
func readTorch(file io.ReaderAt, size int64) (map[string]Tensor, error) {
	start := make([]byte, 4)
	if _, err := file.ReadAt(start, 0); err != nil {
		return nil, cutShort(err)
	}
	if string(start) == "PK\x03\x04" {
		return readTorchZip(file, size)
	}
	return readTorchLegacy(file, size)
}

// span is where the bytes of a storage lie in the file.
type span struct{ begin, size int64 }

// readTorchZip reads the format of PyTorch since 1.6: an archive with
// <name>/data.pkl and <name>/data/<key> for each storage, uncompressed.
func readTorchZip(file io.ReaderAt, size int64) (map[string]Tensor, error) {
	archive, err := zip.NewReader(file, size)
	if err != nil {
		return nil, fmt.Errorf("not a PyTorch file, or cut short: %w", err)
	}
	members := make(map[string]*zip.File)
	top := ""
	for _, member := range archive.File {
		if _, twice := members[member.Name]; twice {
			return nil, fmt.Errorf("%q is in the archive twice", member.Name)
		}
		members[member.Name] = member
		if path.Base(member.Name) == "data.pkl" && path.Dir(path.Dir(member.Name)) == "." {
			top = path.Dir(member.Name)
		}
	}
	if top == "" {
		return nil, errors.New("not a PyTorch file: a zip archive without data.pkl")
	}
	if order, present := members[top+"/byteorder"]; present {
		text, err := readMember(order, 16)
		if err != nil {
			return nil, err
		}
		if string(text) != "little" {
			return nil, fmt.Errorf("byte order %q: only little can be read", text)
		}
	}
	data, err := readMember(members[top+"/data.pkl"], maxPickleBytes)
	if err != nil {
		return nil, err
	}
	program, err := readPickle(bufio.NewReader(bytes.NewReader(data)))
	if err != nil {
		return nil, err
	}
	list, err := readStateDict(program)
	if err != nil {
		return nil, err
	}
	return list.locate(file, func(key string) (span, error) {
		member, present := members[top+"/data/"+key]
		if !present {
			return span{}, errors.New("not in the archive")
		}
		begin, err := member.DataOffset()
		if err != nil {
			return span{}, err
		}
		length := int64(member.UncompressedSize64)
		if member.Method != zip.Store || length < 0 || begin > size || length > size-begin {
			return span{}, errors.New("compressed or outside the file, which PyTorch never writes")
		}
		return span{begin, length}, nil
	})
}

// readMember reads a file in the archive that has at most limit bytes.
func readMember(member *zip.File, limit int64) (data []byte, err error) {
	r, err := member.Open()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", member.Name, err)
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	data, err = io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", member.Name, err)
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("%s is longer than %d bytes: no list of weights", member.Name, limit)
	}
	return data, nil
}

// What the first two pickles of the old format contain.
const (
	legacyMagic    = "1950a86a20f9469cfc6c" // hexadecimal
	legacyProtocol = 1001
)

// readTorchLegacy reads the format before PyTorch 1.6: five pickles (a magic
// number, a version, the writing system, the tensors, the keys of the storages),
// then each storage as the number of its elements in 8 bytes and its values.
func readTorchLegacy(file io.ReaderAt, size int64) (map[string]Tensor, error) {
	r := bufio.NewReader(io.NewSectionReader(file, 0, size))
	at := int64(0)
	next := func() ([]byte, error) {
		program, err := readPickle(r)
		at += int64(len(program))
		return program, err
	}
	value := func() (any, error) {
		program, err := next()
		if err != nil {
			return nil, err
		}
		return interpret(program, nil)
	}
	magic, err := value()
	if err != nil {
		return nil, fmt.Errorf("not a PyTorch file, or cut short: %w", err)
	}
	if number, isBig := magic.(*big.Int); !isBig || number.Text(16) != legacyMagic {
		return nil, errors.New("not a PyTorch file: it begins otherwise")
	}
	version, err := value()
	if err != nil {
		return nil, err
	}
	if version != legacyProtocol {
		return nil, fmt.Errorf("of another PyTorch format than %d, the only one known", legacyProtocol)
	}
	system, err := value()
	if err != nil {
		return nil, err
	}
	if facts, isDict := system.(*types.Dict); isDict {
		if little, said := facts.Get("little_endian"); said && little != true {
			return nil, errors.New("written on a big-endian machine: only little-endian files can be read")
		}
	}
	program, err := next()
	if err != nil {
		return nil, err
	}
	list, err := readStateDict(program)
	if err != nil {
		return nil, err
	}
	keys, err := value()
	if err != nil {
		return nil, err
	}
	spans, err := list.legacySpans(file, size, at, keys)
	if err != nil {
		return nil, err
	}
	return list.locate(file, func(key string) (span, error) {
		found, present := spans[key]
		if !present {
			return span{}, errors.New("not in the file")
		}
		return found, nil
	})
}

// legacySpans finds the storages of the old format, of which the first begins at
// byte at.
func (d *stateDict) legacySpans(file io.ReaderAt, size, at int64, keys any) (map[string]span, error) {
	list, isList := keys.(*types.List)
	if !isList {
		return nil, errors.New("malformed: the keys of the storages are not a list")
	}
	spans := make(map[string]span, list.Len())
	for _, item := range *list {
		key, _ := item.(string)
		declared, known := d.storages[key]
		if !known {
			return nil, fmt.Errorf("malformed: no tensor uses the storage %q", key)
		}
		var head [8]byte
		if _, err := file.ReadAt(head[:], at); err != nil {
			return nil, fmt.Errorf("storage %s: %w", key, cutShort(err))
		}
		if count := binary.LittleEndian.Uint64(head[:]); count != uint64(declared.size) {
			return nil, fmt.Errorf("storage %s has %d elements, but should have %d", key, count, declared.size)
		}
		at += int64(len(head))
		length := declared.size * elementBytes[declared.dtype]
		if length > size-at {
			return nil, fmt.Errorf("storage %s needs %d bytes, but the file has %d left: is it cut short?", key, length, size-at)
		}
		spans[key] = span{at, length}
		at += length
	}
	return spans, nil
}

// stateDict is what a file's main pickle says.
type stateDict struct {
	tensors  map[string]*view
	storages map[string]*storage
}

// readStateDict interprets a pickle of a dictionary from names to tensors.
func readStateDict(program []byte) (*stateDict, error) {
	d := &stateDict{tensors: make(map[string]*view), storages: make(map[string]*storage)}
	value, err := interpret(program, d.storage)
	if err != nil {
		return nil, err
	}
	const wanted = "a file of weights alone is needed, not a training checkpoint"
	add := func(name, tensor any) error {
		text, isString := name.(string)
		if !isString { // It is not printed, which may never end: a list can contain itself.
			return errors.New("an entry's name is not a string: " + wanted)
		}
		found, isTensor := tensor.(*view)
		if !isTensor {
			return fmt.Errorf("entry %q is not a tensor: %s", text, wanted)
		}
		d.tensors[text] = found
		return nil
	}
	switch dict := value.(type) {
	case *types.OrderedDict:
		for item := dict.List.Front(); item != nil; item = item.Next() {
			entry := item.Value.(*types.OrderedDictEntry)
			if err := add(entry.Key, entry.Value); err != nil {
				return nil, err
			}
		}
	case *types.Dict:
		for _, entry := range *dict {
			if err := add(entry.Key, entry.Value); err != nil {
				return nil, err
			}
		}
	default:
		return nil, errors.New("not a dictionary of tensors")
	}
	return d, nil
}

// storage resolves the pickle's references to storages: ("storage", type, key,
// device, number of elements) and, in the old format, a view, which None stands in
// for since 2017.
func (d *stateDict) storage(id any) (any, error) {
	tuple, isTuple := id.(*types.Tuple)
	if !isTuple || tuple.Len() < 5 || tuple.Get(0) != "storage" {
		return nil, errors.New("a reference to something other than a storage")
	}
	class, isClass := tuple.Get(1).(storageClass)
	key, isString := tuple.Get(2).(string)
	size, isInt := tuple.Get(4).(int)
	if !isClass || !isString || !isInt {
		return nil, errors.New("a reference to a storage without type, key or size")
	}
	if size < 0 || int64(size) > math.MaxInt64/8 {
		return nil, fmt.Errorf("storage %s has %d elements", key, size)
	}
	if tuple.Len() > 5 && tuple.Get(5) != nil {
		return nil, fmt.Errorf("storage %s is part of another, as PyTorch wrote before 2017: save the model again", key)
	}
	made := &storage{key, string(class), int64(size)}
	if before, present := d.storages[key]; present {
		if *before != *made {
			return nil, fmt.Errorf("storage %s is described in two ways", key)
		}
		return before, nil
	}
	d.storages[key] = made
	return made, nil
}

// locate turns views into places in the file.
func (d *stateDict) locate(file io.ReaderAt, find func(key string) (span, error)) (map[string]Tensor, error) {
	out := make(map[string]Tensor, len(d.tensors))
	for name, tensor := range d.tensors {
		place, err := find(tensor.storage.key)
		if err != nil {
			return nil, fmt.Errorf("tensor %q: storage %s: %w", name, tensor.storage.key, err)
		}
		width := elementBytes[tensor.storage.dtype]
		if want := tensor.storage.size * width; place.size != want {
			return nil, fmt.Errorf("tensor %q: storage %s has %d bytes, but should have %d", name, tensor.storage.key, place.size, want)
		}
		strides, err := tensor.check()
		if err != nil {
			return nil, fmt.Errorf("tensor %q: %w", name, err)
		}
		out[name] = Tensor{
			DType: tensor.storage.dtype, Shape: tensor.shape, strides: strides,
			file: file, offset: place.begin + tensor.offset*width,
		}
	}
	return out, nil
}

// check tells whether the view lies within its storage and no two of its values
// share a place, so that it is no larger than the file. It returns its strides, nil
// where the values lie row by row.
func (v *view) check() ([]int, error) {
	outside := fmt.Errorf("shape %v with strides %v from element %d does not fit its storage of %d elements", v.shape, v.strides, v.offset, v.storage.size)
	if len(v.shape) != len(v.strides) || v.offset < 0 || v.offset > v.storage.size {
		return nil, outside
	}
	type step struct{ dim, stride int64 }
	var steps []step // of the axes along which there is anything to step over
	rowByRow, expected := true, int64(1)
	for i := len(v.shape) - 1; i >= 0; i-- {
		dim, stride := int64(v.shape[i]), int64(v.strides[i])
		switch {
		case dim < 0:
			return nil, outside
		case dim == 0:
			return nil, nil // Empty: nothing to read.
		case dim == 1:
			continue
		}
		if stride < 1 || stride > v.storage.size || dim > v.storage.size {
			return nil, outside
		}
		if dim > v.storage.size/expected {
			return nil, outside
		}
		rowByRow = rowByRow && stride == expected
		expected *= dim
		steps = append(steps, step{dim, stride})
	}
	slices.SortFunc(steps, func(a, b step) int { return cmp.Compare(a.stride, b.stride) })
	reach := int64(1) // One past the last element that the axes so far can reach.
	for _, s := range steps {
		if s.stride < reach {
			return nil, fmt.Errorf("shape %v with strides %v has values that share a place", v.shape, v.strides)
		}
		if s.dim-1 > (v.storage.size-reach)/s.stride {
			return nil, outside
		}
		reach += (s.dim - 1) * s.stride
	}
	if reach > v.storage.size-v.offset {
		return nil, outside
	}
	if rowByRow {
		return nil, nil
	}
	return v.strides, nil
}
