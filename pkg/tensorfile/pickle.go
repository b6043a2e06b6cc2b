package tensorfile

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/nlpodyssey/gopickle/pickle"
	"github.com/nlpodyssey/gopickle/types"
)

// A pickle is a program for a small stack machine that can name and call any
// function of Python's. Weights need very little of it, so each pickle is walked
// through first: an instruction or a name that weights do not need ends it there,
// before anything is interpreted. What remains cannot allocate more than a small
// multiple of its own length. Instructions: Python's Lib/pickletools.py.

// maxPickleBytes bounds a pickle: the list of tensors, not their values. That of
// the largest GPT-2 takes 200 kB.
const maxPickleBytes = 2 << 20

// pickleGlobals are all names that a pickle may contain.
var pickleGlobals = map[string]any{
	"collections.OrderedDict":         &types.OrderedDictClass{},
	"torch._utils._rebuild_tensor_v2": rebuildTensor{},
	"torch._utils._rebuild_parameter": rebuildParameter{},
	"torch.FloatStorage":              storageClass("F32"),
	"torch.HalfStorage":               storageClass("F16"),
	"torch.BFloat16Storage":           storageClass("BF16"),
	"torch.DoubleStorage":             storageClass("F64"),
	"torch.LongStorage":               storageClass("I64"),
	"torch.IntStorage":                storageClass("I32"),
	"torch.ShortStorage":              storageClass("I16"),
	"torch.CharStorage":               storageClass("I8"),
	"torch.ByteStorage":               storageClass("U8"),
	"torch.BoolStorage":               storageClass("BOOL"),
}

// findGlobal returns what stands for one of Python's names.
func findGlobal(module, name string) (any, error) {
	full := module + "." + name
	object, allowed := pickleGlobals[full]
	if !allowed {
		return nil, fmt.Errorf("the pickle names %q, which weights do not need: refused, nothing was executed; get the model as safetensors, or from a source you trust", full)
	}
	return object, nil
}

// argument is what follows an instruction.
type argument int

const (
	absent  argument = iota // the instruction is refused
	nothing                 // no argument
	bytes1                  // fixed lengths
	bytes2
	bytes4
	bytes8
	counted1 // bytes after their number, itself of 1 or 4 bytes
	counted4
	twoLines
)

// pickleArguments lists the instructions that PyTorch's files consist of: those of
// pickle's protocol 2 without Python 1's instances and extensions.
var pickleArguments = func() (list [256]argument) {
	for argument, instructions := range map[argument]string{
		nothing:  "(.N)]}tRQbsuae\x85\x86\x87\x88\x89",
		bytes1:   "Kqh\x80",
		bytes2:   "M",
		bytes4:   "Jrj",
		bytes8:   "G",
		counted1: "U\x8a",
		counted4: "XT",
		twoLines: "c",
	} {
		for i := range len(instructions) {
			list[instructions[i]] = argument
		}
	}
	return list
}()

// readPickle reads one pickle from r, up to its end and not beyond, and checks it.
func readPickle(r *bufio.Reader) ([]byte, error) {
	var program bytes.Buffer
	take := func(count int64) ([]byte, error) {
		if count > maxPickleBytes-int64(program.Len()) {
			return nil, fmt.Errorf("the pickle is longer than %d bytes: no list of weights", maxPickleBytes)
		}
		before := program.Len()
		if _, err := io.CopyN(&program, r, count); err != nil {
			return nil, cutShort(err)
		}
		return program.Bytes()[before:], nil
	}
	line := func() (string, error) {
		var text strings.Builder
		for {
			char, err := take(1)
			if err != nil {
				return "", err
			}
			if char[0] == '\n' {
				return text.String(), nil
			}
			text.WriteByte(char[0])
		}
	}
	for {
		instruction, err := take(1)
		if err != nil {
			return nil, err
		}
		op := instruction[0]
		switch pickleArguments[op] {
		case absent:
			err = fmt.Errorf("not PyTorch weights: pickle instruction %#02x is not one that they need", op)
		case nothing:
		case bytes1:
			_, err = take(1)
		case bytes2:
			_, err = take(2)
		case bytes4:
			_, err = take(4)
		case bytes8:
			_, err = take(8)
		case counted1:
			var count []byte
			if count, err = take(1); err == nil {
				_, err = take(int64(count[0]))
			}
		case counted4:
			var count []byte
			if count, err = take(4); err == nil {
				_, err = take(int64(binary.LittleEndian.Uint32(count)))
			}
		case twoLines:
			var module, name string
			if module, err = line(); err != nil {
				break
			}
			if name, err = line(); err == nil {
				_, err = findGlobal(module, name)
			}
		}
		if err != nil {
			return nil, err
		}
		if op == '.' {
			return program.Bytes(), nil
		}
	}
}

// interpret returns the value of a pickle that readPickle has checked. persistent
// gives the values that the pickle refers to by an identifier of their own.
func interpret(program []byte, persistent func(id any) (any, error)) (value any, err error) {
	defer func() {
		// The interpreter panics on some malformed pickles.
		if caught := recover(); caught != nil {
			value, err = nil, fmt.Errorf("malformed pickle: %v", caught)
		}
	}()
	u := pickle.NewUnpickler(bytes.NewReader(program))
	u.FindClass = findGlobal
	u.PersistentLoad = persistent
	value, err = u.Load()
	if err != nil {
		return nil, fmt.Errorf("malformed pickle: %w", err)
	}
	return value, nil
}

// storageClass is the type of the elements of a storage, by its name in safetensors.
type storageClass string

// storage is a run of numbers in the file; tensors are views of it.
type storage struct {
	key   string
	dtype string
	size  int64 // in elements
}

// view is a tensor as the pickle describes it.
type view struct {
	storage        *storage
	offset         int64 // in elements
	shape, strides []int
}

// rebuildTensor stands for torch._utils._rebuild_tensor_v2(storage, offset, shape,
// strides, requires_grad, backward_hooks).
type rebuildTensor struct{}

// Call implements gopickle's types.Callable.
func (rebuildTensor) Call(args ...any) (any, error) {
	if len(args) < 4 {
		return nil, fmt.Errorf("a tensor has %d properties: at least 4 are needed", len(args))
	}
	from, isStorage := args[0].(*storage)
	offset, isInt := args[1].(int)
	shape, shapeErr := integers(args[2])
	strides, stridesErr := integers(args[3])
	if !isStorage || !isInt || shapeErr != nil || stridesErr != nil {
		return nil, errors.New("a tensor is not a view of a storage")
	}
	return &view{from, int64(offset), shape, strides}, nil
}

// rebuildParameter stands for torch._utils._rebuild_parameter(tensor,
// requires_grad, backward_hooks).
type rebuildParameter struct{}

// Call implements gopickle's types.Callable.
func (rebuildParameter) Call(args ...any) (any, error) {
	if len(args) > 0 {
		if tensor, isTensor := args[0].(*view); isTensor {
			return tensor, nil
		}
	}
	return nil, errors.New("a parameter is not a tensor")
}

// integers returns a Python tuple of integers.
func integers(value any) ([]int, error) {
	tuple, isTuple := value.(*types.Tuple)
	if !isTuple || tuple.Len() > maxRank {
		return nil, fmt.Errorf("not a tuple of at most %d integers", maxRank)
	}
	list := make([]int, tuple.Len())
	for i := range list {
		number, isInt := tuple.Get(i).(int)
		if !isInt {
			return nil, errors.New("not a tuple of integers")
		}
		list[i] = number
	}
	return list, nil
}
