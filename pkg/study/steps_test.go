package study

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rests are the results of which a worker does another step, that they rest on.
var rests = map[string]string{"modelling.BaseNote": "modelling.Base"}

// TestCellsAskForTheirSteps: what a cell has a worker do, by its name, is among the steps and
// makes what the cell reads; and there is no step that nothing asks for.
func TestCellsAskForTheirSteps(t *testing.T) {
	does := stepFunctions(t)
	asked := map[string]bool{"corpus": true} // by opening a run
	for _, pattern := range []string{"results.go", "*/*.go"} {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			ast.Inspect(parsed(t, path), func(n ast.Node) bool {
				call, is := n.(*ast.CallExpr)
				if !is || selector(call.Fun) != "run.Have" {
					return true
				}
				name := text(t, call.Args[3])
				asked[name] = true
				if _, err := StepByName(name); err != nil {
					t.Errorf("%s: %v", path, err)
				}
				for _, get := range functions(call.Args[2], nil) {
					if other, is := rests[get]; is {
						get = other
					}
					if !slices.Contains(does[name], get) {
						t.Errorf("%s reads %s, and has a worker do %q, which is %v", path, get, name, does[name])
					}
				}
				return true
			})
		}
	}
	for _, st := range Steps {
		if !asked[st.Name] {
			t.Errorf("nothing asks for the step %q", st.Name)
		}
	}
}

// stepFunctions are the functions of the packages below that each of Steps calls.
func stepFunctions(t *testing.T) map[string][]string {
	t.Helper()
	file := parsed(t, "steps.go")
	bodies := map[string]ast.Node{}
	for _, decl := range file.Decls {
		if f, is := decl.(*ast.FuncDecl); is {
			bodies[f.Name.Name] = f.Body
		}
	}
	does := map[string][]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		row, is := n.(*ast.CompositeLit)
		if !is || row.Type != nil || len(row.Elts) != 4 {
			return true
		}
		does[text(t, row.Elts[0])] = functions(row.Elts[3], bodies)
		return false
	})
	if len(does) != len(Steps) {
		t.Fatalf("%d steps are read of steps.go, there are %d", len(does), len(Steps))
	}
	return does
}

// functions are those of the packages of steps that an expression is, or that are called or
// handed on in it, also in a function whose body is known.
func functions(code ast.Node, bodies map[string]ast.Node) (names []string) {
	take := func(n ast.Node) {
		if name := selector(n); slices.Contains([]string{"run", "loading", "exploring", "modelling", "comparing"}, strings.SplitN(name, ".", 2)[0]) {
			names = append(names, name)
		}
		if id, is := n.(*ast.Ident); is && bodies[id.Name] != nil {
			names = append(names, functions(bodies[id.Name], nil)...)
		}
	}
	take(code)
	ast.Inspect(code, func(n ast.Node) bool {
		if call, is := n.(*ast.CallExpr); is {
			take(call.Fun)
			for _, argument := range call.Args {
				take(argument)
			}
		}
		return true
	})
	return names
}

// selector is package and name, as "run.Have"; empty if the code is something else.
func selector(e ast.Node) string {
	if s, is := e.(*ast.SelectorExpr); is {
		if x, is := s.X.(*ast.Ident); is {
			return x.Name + "." + s.Sel.Name
		}
	}
	return ""
}

func text(t *testing.T, e ast.Expr) string {
	t.Helper()
	literal, is := e.(*ast.BasicLit)
	if !is {
		t.Fatalf("the name of a step is no literal: %v", e)
	}
	s, err := strconv.Unquote(literal.Value)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func parsed(t *testing.T, path string) *ast.File {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	return file
}
