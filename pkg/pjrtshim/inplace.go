package pjrtshim

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// InPlace returns the name of a program whose output i may reuse the memory of argument
// first+i, for each i below n. Pass it to graph.Exec.WithName; the arguments are the
// graph's inputs in order. The memory is reused only if argument and output have the same
// shape and the caller donates the argument (graph.DonateTensorBuffer).
func InPlace(name string, first, n int) string {
	return fmt.Sprintf("%s_inplace_%d_%d", name, first, n)
}

var (
	// moduleName matches the first line of a program as GoMLX names it: its Exec's name
	// and, after "_", the number of the graph within it.
	moduleName = regexp.MustCompile(`^module @([A-Za-z0-9_]+)_[0-9]+\b`)
	inPlace    = regexp.MustCompile(`_inplace_([0-9]+)_([0-9]+)$`)
)

// prepare returns the program to compile instead of code: without the number in its name,
// which depends on what was compiled before, and with the arguments marked that outputs may
// replace. It also returns the program's plain name. A program that does not look as go-xla
// writes it is returned unchanged.
func prepare(code []byte) (program []byte, name string) {
	match := moduleName.FindSubmatchIndex(code)
	if match == nil {
		return code, ""
	}
	full := string(code[match[2]:match[3]])
	program = append([]byte("module @"+full), code[match[1]:]...)
	declared := inPlace.FindStringSubmatch(full)
	if declared == nil {
		return program, full
	}
	first, err1 := strconv.Atoi(declared[1])
	n, err2 := strconv.Atoi(declared[2])
	if err1 == nil && err2 == nil {
		program = markArguments(program, first, n)
	}
	return program, strings.TrimSuffix(full, declared[0])
}

// markArguments gives argument first+i of @main the attribute that tells XLA that output i
// may alias it, for each i below n where both have the same type.
func markArguments(program []byte, first, n int) []byte {
	const opening = "func.func @main("
	begin := bytes.Index(program, []byte(opening))
	if begin < 0 {
		return program
	}
	begin += len(opening)
	length := bytes.IndexByte(program[begin:], '\n')
	if length < 0 {
		return program
	}
	header, rest := string(program[begin:begin+length]), program[begin+length:]
	arguments, results, found := strings.Cut(header, ") -> ")
	if !found {
		return program
	}
	list := splitTypes(arguments)
	outputs := splitTypes(strings.TrimPrefix(strings.TrimSuffix(strings.TrimSuffix(results, " {"), ")"), "("))
	for i := range n {
		if first+i >= len(list) || i >= len(outputs) {
			break
		}
		_, kind, _ := strings.Cut(list[first+i], ": ")
		if kind == strings.TrimSpace(outputs[i]) { // An argument with attributes has another kind.
			list[first+i] += fmt.Sprintf(" {tf.aliasing_output = %d : i32}", i)
		}
	}
	return slices.Concat(program[:begin], []byte(strings.Join(list, ",")+") -> "+results), rest)
}

// splitTypes splits a list at its commas, but for those within brackets.
func splitTypes(list string) []string {
	var parts []string
	depth, begin := 0, 0
	for i, c := range list {
		switch c {
		case '<', '{', '(', '[':
			depth++
		case '>', '}', ')', ']':
			depth--
		case ',':
			if depth == 0 {
				parts, begin = append(parts, list[begin:i]), i+1
			}
		}
	}
	return append(parts, list[begin:])
}
