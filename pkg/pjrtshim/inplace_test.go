package pjrtshim

import (
	"regexp"
	"strings"
	"testing"
)

// attribute matches what prepare adds to arguments.
var attribute = regexp.MustCompile(` \{tf\.aliasing_output = [0-9]+ : i32\}`)

func TestPrepare(t *testing.T) {
	const body = "\n  func.func private @other(%x: tensor<2xf32>) -> tensor<2xf32> {\n"
	for _, c := range []struct{ given, program, name string }{
		{ // The number in the name says only what was compiled before.
			"module @Exec_step_12 {\n  func.func @main(%arg0: tensor<2xf32>) -> tensor<2xf32> {" + body,
			"module @Exec_step {\n  func.func @main(%arg0: tensor<2xf32>) -> tensor<2xf32> {" + body, "Exec_step",
		},
		{ // One of several outputs in the place of the second argument.
			"module @adamw_inplace_1_1_0 attributes {stablehlo.num_replicas = 1} {\n  func.func @main(%arg0: tensor<f32>, %arg1: tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<f32>) {" + body,
			"module @adamw_inplace_1_1 attributes {stablehlo.num_replicas = 1} {\n  func.func @main(%arg0: tensor<f32>, %arg1: tensor<2x3xf32> {tf.aliasing_output = 0 : i32}) -> (tensor<2x3xf32>, tensor<f32>) {" + body,
			"adamw",
		},
		{ // A single output.
			"module @x_inplace_0_1_3 {\n  func.func @main(%a: tensor<4xcomplex<f32>>) -> tensor<4xcomplex<f32>> {" + body,
			"module @x_inplace_0_1 {\n  func.func @main(%a: tensor<4xcomplex<f32>> {tf.aliasing_output = 0 : i32}) -> tensor<4xcomplex<f32>> {" + body, "x",
		},
		{ // Other shapes and types, and more than there are.
			"module @x_inplace_0_9_0 {\n  func.func @main(%a: tensor<4xf32>, %b: tensor<4xf32>, %c: tensor<i32>) -> (tensor<4xbf16>, tensor<4xf32>, tensor<2xi32>) {" + body,
			"module @x_inplace_0_9 {\n  func.func @main(%a: tensor<4xf32>, %b: tensor<4xf32> {tf.aliasing_output = 1 : i32}, %c: tensor<i32>) -> (tensor<4xbf16>, tensor<4xf32>, tensor<2xi32>) {" + body, "x",
		},
		{ // An argument that says something already is left alone.
			"module @x_inplace_0_1_0 {\n  func.func @main(%a: tensor<4xf32> {jax.buffer_donor = true, x = [1, 2]}) -> tensor<4xf32> {" + body,
			"module @x_inplace_0_1 {\n  func.func @main(%a: tensor<4xf32> {jax.buffer_donor = true, x = [1, 2]}) -> tensor<4xf32> {" + body, "x",
		},
		{"module @no_number {\n", "module @no_number {\n", ""},
		{"ML\xefR bytecode", "ML\xefR bytecode", ""},
		{"", "", ""},
		{"module @x_inplace_0_1_0", "module @x_inplace_0_1", "x"},
	} {
		program, name := prepare([]byte(c.given))
		if string(program) != c.program || name != c.name {
			t.Errorf("prepare(%q)\n= %q, %q\nwant %q, %q", c.given, program, name, c.program, c.name)
		}
	}
}

// FuzzPrepare looks for programs that prepare cannot take, or that it changes beyond the
// header of @main.
func FuzzPrepare(f *testing.F) {
	f.Add("module @a_inplace_0_2_0 {\n  func.func @main(%a: tensor<f32>, %b: tensor<2xf32>) -> (tensor<f32>, tensor<2xf32>) {\n  }\n}")
	f.Add("module @a_inplace_99999999999999999999_1_0 {\n  func.func @main(")
	f.Add("module @a_inplace_1_999999999_0 {\n  func.func @main(>>>) -> (<\n")
	f.Fuzz(func(t *testing.T, code string) {
		program, _ := prepare([]byte(code))
		plain := func(s string) string {
			return strings.NewReplacer(" ", "", "\n", "").Replace(attribute.ReplaceAllString(s, ""))
		}
		if match := moduleName.FindStringSubmatch(code); match != nil {
			code = "module @" + match[1] + code[len(match[0]):]
		}
		if plain(string(program)) != plain(code) {
			t.Errorf("%q became %q", code, program)
		}
	})
}
