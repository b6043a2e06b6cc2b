// Command diagnosis looks at a machine and proves the engine that Hemiciclo uses on it:
// what scripts/doctor runs, and what a bundle of scripts/doctor --bundle runs on a machine
// without Go.
//
//	diagnosis -programs FOLDER -root FOLDER [-quick] [-json FILE]
//
// In: the test binaries of pkg/backend, gpt2, finetune and generate and the programs of
// scripts/benchmarks (programs), and the packages' test data below root. Out: a table, a
// file of JSON, and an exit status other than 0 where anything failed. The file is written
// after each part, so that nothing is lost where the time ends.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

// report is what is written to the file.
type report struct {
	Machine  machine   `json:"machine"`
	Outcomes []outcome `json:"parts"`
}

func main() {
	programs := flag.String("programs", "", "folder of the programs")
	root := flag.String("root", "", "folder below which pkg/*/testdata lie")
	quick := flag.Bool("quick", false, "only what takes seconds")
	file := flag.String("json", "", "file to write what was found to")
	found := flag.Bool("machine", false, "print what is found of the machine as JSON, and nothing else")
	flag.Parse()
	if *found {
		if err := printMachine(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	failed, err := diagnose(*programs, *root, *file, *quick)
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(2)
	}
	if failed > 0 {
		fmt.Printf("\n%d MAL (failed)\n", failed)
		os.Exit(1)
	}
	fmt.Println("\nTodo bien (all is well)")
}

func printMachine() error {
	m, err := examine()
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(m)
}

// diagnose runs every part and returns how many failed.
func diagnose(programs, root, file string, quick bool) (failed int, err error) {
	if programs, err = filepath.Abs(programs); err != nil {
		return 0, err
	}
	if root, err = filepath.Abs(root); err != nil {
		return 0, err
	}
	var r report
	try := func(p part) {
		done := p.run()
		r.Outcomes = append(r.Outcomes, done)
		mark := "bien"
		if done.Failed != "" {
			failed++
			mark, done.Finding = "MAL ", done.Failed
		}
		fmt.Printf("%s  %5.1f s  %-46s %s\n", mark, done.Seconds, done.Name, done.Finding)
		if done.Log != "" {
			fmt.Println(done.Log)
		}
		if file != "" {
			if failure := writeJSON(file, r); failure != nil && err == nil {
				err = failure
			}
		}
	}
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	// The engine is opened in a process of its own: this one must outlive what it tries.
	try(part{name: "the machine", command: []string{self, "-machine"}, limit: machineLimit, judge: func(output []byte) (string, map[string]float64, error) {
		return "", nil, json.Unmarshal(output, &r.Machine)
	}})
	for _, line := range r.Machine.lines() {
		fmt.Println("      " + line)
	}
	folder, err := os.MkdirTemp("", "hemiciclo-doctor-")
	if err != nil {
		return failed, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	measured, err := measures(programs, folder, quick, r.Machine.Platform == "cuda")
	if err != nil {
		return failed, err
	}
	for _, p := range append(proofs(programs, root, quick), measured...) {
		try(p)
	}
	return failed, err
}
