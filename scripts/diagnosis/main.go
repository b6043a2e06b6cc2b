// Command diagnosis looks at a machine and proves the engine that Hemiciclo uses on it:
// what scripts/doctor runs, and what a bundle of scripts/doctor --bundle runs on a machine
// without Go.
//
//	diagnosis -programs FOLDER -root FOLDER [-peers FOLDER -python PYTHON] [-quick] [-only PATTERN] [-json FILE]
//
// In: the test binaries of pkg/backend, gpt2, finetune and generate and the programs of
// scripts/benchmarks (programs), the packages' test data below root, and a Python whose
// libraries are measured beside ours by scripts/benchmarks (peers). Out: a table, a file of
// JSON, and an exit status other than 0 where anything failed. The whole takes at most 8
// minutes: what then has not had its turn is left out. The file is written after each part,
// so that nothing is lost where the time ends.
package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"
)

// wholeLimit is the time for all parts. The 20 seconds that are left to 8 minutes are for
// unpacking what is run, and for ending whoever is still at work then.
const wholeLimit = 7*time.Minute + 40*time.Second

// report is what is written to the file.
type report struct {
	Machine  machine               `json:"machine"`
	Others   libraries             `json:"others"`
	Outcomes []outcome             `json:"parts"`
	Contests map[string][]standing `json:"contests,omitempty"`
}

// settings are what the command line says.
type settings struct {
	programs, root, peers, python, file string
	quick                               bool
	only                                *regexp.Regexp // of the parts' names
}

func main() {
	var s settings
	flag.StringVar(&s.programs, "programs", "", "folder of the programs")
	flag.StringVar(&s.root, "root", "", "folder below which pkg/*/testdata lie")
	flag.StringVar(&s.peers, "peers", "", "folder of the peers' programs")
	flag.StringVar(&s.python, "python", "", "Python that runs them")
	flag.BoolVar(&s.quick, "quick", false, "only what takes seconds")
	flag.StringVar(&s.file, "json", "", "file to write what was found to")
	only := flag.String("only", "", "regular expression: only the parts whose names match")
	found := flag.Bool("machine", false, "print what is found of the machine as JSON, and nothing else")
	flag.Parse()
	if *found {
		if err := printMachine(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	var err error
	if s.only, err = regexp.Compile(*only); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(2)
	}
	d := doctor{settings: s, end: time.Now().Add(wholeLimit), outcomes: map[string]outcome{}}
	// Whoever interrupts it leaves nothing behind: neither a process nor a file.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := d.diagnose(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(2)
	}
	fmt.Println()
	if d.leftOut > 0 {
		fmt.Printf("%d sin medir (left out)\n", d.leftOut)
	}
	if d.failed > 0 {
		fmt.Printf("%d MAL (failed)\n", d.failed)
		os.Exit(1)
	}
	if len(d.report.Machine.Mends) > 0 {
		fmt.Println("Bien lo probado; por arreglar (what was tried is well; to be mended):")
		for _, mend := range d.report.Machine.Mends {
			fmt.Println("! " + mend)
		}
		return
	}
	fmt.Println("Todo bien (all is well)")
}

func printMachine() error {
	m, err := examine()
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(m)
}

// doctor runs parts and keeps what became of them.
type doctor struct {
	settings
	end             time.Time
	report          report
	outcomes        map[string]outcome // by name
	failed, leftOut int
}

// diagnose runs every part.
func (d *doctor) diagnose(ctx context.Context) (err error) {
	for _, path := range []*string{&d.programs, &d.root, &d.peers} {
		if *path, err = filepath.Abs(*path); err != nil {
			return err
		}
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	// The engine is opened in a process of its own: this one must outlive what it tries.
	m := &d.report.Machine
	if err := d.try(ctx, part{name: "the machine", command: []string{self, "-machine"}, limit: machineLimit, judge: func(output []byte) (string, *figures, error) {
		return "", nil, json.Unmarshal(output, m)
	}}); err != nil {
		return err
	}
	for _, line := range m.lines() {
		fmt.Println("      " + line)
	}
	folder, err := os.MkdirTemp("", "hemiciclo-doctor-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	b := d.bench(folder)
	if d.python != "" && !d.quick {
		if err := d.try(ctx, b.python.look()); err != nil {
			return err
		}
		d.report.Others = b.python.found
	}
	// The most important first: the time may end.
	b.parts = d.parts(references)
	if d.quick {
		err = b.trainSmall(d.quick)
	} else {
		b.parts = append(b.parts, d.parts(furtherReferences)...)
		err = errors.Join(b.trainSmall(d.quick), b.trainGPT2(), b.decode(), b.tryFlags(), b.trainInHalf())
		b.parts = append(b.parts, d.parts(keptPrograms)...)
	}
	if err != nil {
		return err
	}
	for _, p := range d.chosen(b.parts) {
		if err := d.try(ctx, p); err != nil {
			return err
		}
	}
	for _, c := range b.contests {
		if err := d.compare(c); err != nil {
			return err
		}
	}
	return nil
}

// bench returns where things are measured on the machine that was found.
func (d *doctor) bench(folder string) *bench {
	m := d.report.Machine
	b := &bench{programs: d.programs, folder: folder, platform: m.Platform, tf32: m.TF32, python: python{command: d.python, scripts: d.peers, device: "cpu"}}
	if b.onGPU() {
		b.python.device = "cuda"
	}
	if b.card = m.Used; b.card == "" && len(m.GPU) > 0 {
		b.card = m.GPU[0]
	}
	return b
}

// chosen returns the parts that the user asked for, and those that must go before them.
func (d *doctor) chosen(parts []part) []part {
	needed := map[string]bool{}
	var list []part
	for _, p := range slices.Backward(parts) {
		if needed[p.name] || d.only.MatchString(p.name) {
			needed[p.after] = true
			list = append(list, p)
		}
	}
	slices.Reverse(list)
	return list
}

// try runs a part, says what became of it, and writes that down.
func (d *doctor) try(ctx context.Context, p part) error {
	done := outcome{Name: p.name}
	left := time.Until(d.end)
	if before := d.outcomes[p.after]; left >= shortest && before.Failed+before.LeftOut != "" {
		done.LeftOut = "not without: " + p.after
	} else {
		done = p.run(ctx, left)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return d.note(done)
}

// note says what became of a part, and writes it down.
func (d *doctor) note(done outcome) error {
	d.outcomes[done.Name] = done
	d.report.Outcomes = append(d.report.Outcomes, done)
	mark, finding := "bien", done.Finding
	switch {
	case done.Failed != "":
		d.failed++
		mark, finding = "MAL ", done.Failed
	case done.LeftOut != "":
		d.leftOut++
		mark, finding = "—   ", "left out: "+done.LeftOut
	}
	fmt.Printf("%s  %5.1f s  %-62s %s\n", mark, done.Seconds, done.Name, finding)
	if done.Log != "" {
		fmt.Println(done.Log)
	}
	return d.write()
}

func (d *doctor) write() error {
	if d.file == "" {
		return nil
	}
	return writeJSON(d.file, d.report)
}

// compare prints the sides of a contest beside each other, and writes them down.
func (d *doctor) compare(c contest) error {
	sides, differ := c.stand(d.outcomes)
	if len(sides) < 2 {
		return nil
	}
	fmt.Printf("\n%s: el tiempo de cada uno por el nuestro (each one's time by ours)\n", c.name)
	for _, side := range sides {
		name := strings.TrimPrefix(strings.TrimPrefix(side.Name, c.name), ", ")
		fmt.Printf("%6.2f × %-52s %s\n", side.Ratio, cmp.Or(name, "ours"), d.outcomes[side.Name].Finding)
	}
	if d.report.Contests == nil {
		d.report.Contests = map[string][]standing{}
	}
	d.report.Contests[c.name] = sides
	if differ != nil {
		return d.note(outcome{Name: "losses, " + c.name, Failed: differ.Error()})
	}
	return d.write()
}
