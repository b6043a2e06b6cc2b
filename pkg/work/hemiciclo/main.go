// Command hemiciclo works for the notebooks and for scripts/study. scripts/setup builds it.
//
//	hemiciclo do FOLDER        does the job in a folder: see package job
//	hemiciclo draw             draws charts: a [study.Picture] on each line in, a [study.Drawn] out
//	hemiciclo check            says what computes, and what a run would stumble over
//	hemiciclo study COMMAND …  what scripts/study offers
//
// Corpus, name and recipe come from the environment where no option says them, as in a
// notebook. What people read is in Spanish.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"github.com/hemiciclo/hemiciclo/pkg/backend"
	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/chart/picture"
	"github.com/hemiciclo/hemiciclo/pkg/job"
	"github.com/hemiciclo/hemiciclo/pkg/study"
	"github.com/hemiciclo/hemiciclo/pkg/work"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), stopSignals()...)
	defer stop()
	context.AfterFunc(ctx, stop) // Who stops it again does not want to wait.
	if err := obey(ctx, os.Args[1:]); err != nil {
		say(os.Stderr, "\nerror: %v\n", err)
		os.Exit(1)
	}
}

// stopSignals are those that stop the program, which then saves what is done: not those that
// nohup, or a shell that starts it in the background, has it ignore. To ask for them would end
// that, and a terminal that closes would stop the work.
func stopSignals() []os.Signal {
	return slices.DeleteFunc([]os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}, signal.Ignored)
}

func obey(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return errors.New("hemiciclo do CARPETA, draw, check o study …")
	}
	switch command, rest := args[0], args[1:]; {
	case command == "do" && len(rest) == 1:
		j := job.At(rest[0])
		if request, err := j.Request(); err == nil {
			if err := withHeapsFor(request.Step); err != nil {
				return err
			}
		}
		return j.Work(ctx, nil, doRequest)
	case command == "draw":
		return draw(os.Stdin, os.Stdout)
	case command == "check":
		return check(ctx)
	case command == "study":
		return studyCommand(ctx, rest)
	}
	return fmt.Errorf("no conozco la orden %q", args)
}

// withHeapsFor starts the program anew, with many heaps of C's allocator, for the step that
// trains several models at once: with few ([backend.FewHeaps]) they would wait for each other.
func withHeapsFor(step string) error {
	if step != "sidevectors" || !backend.FewHeaps() {
		return nil
	}
	program, err := os.Executable()
	if err != nil {
		return err
	}
	return syscall.Exec(program, os.Args, append(os.Environ(), backend.HeapsEnv+"=64")) //nolint:gosec // this program
}

// doRequest does what a job asks for.
func doRequest(ctx context.Context, r job.Request) error {
	chart.DrawWith(picture.New(chart.Runtime).SVG) // of a training that is watched
	s, err := study.Resume(ctx, work.New(), r.Study)
	if err != nil {
		return err
	}
	return s.Do(ctx, r.Step, r.Args)
}

// draw draws the charts that a cell asks for, until the cell ends.
func draw(in io.Reader, out io.Writer) error {
	painter := picture.New(chart.Runtime)
	asked, drawn := json.NewDecoder(in), json.NewEncoder(out)
	for {
		var p study.Picture
		if err := asked.Decode(&p); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		var d study.Drawn
		svg, err := painter.SVG(p.Option, p.Width, p.Height)
		if err != nil {
			d.Failure = err.Error()
		}
		d.SVG = svg
		if err := drawn.Encode(d); err != nil {
			return err
		}
	}
}

// check says, before the long work, what will compute and what a run would stumble over: see
// [study.Study.CheckEngine] and [study.Study.CheckInputs].
func check(ctx context.Context) error {
	s, err := study.NewWith(ctx, work.New(), study.Options{})
	if err != nil {
		return err
	}
	engine, err := s.CheckEngine()
	if err != nil {
		return err
	}
	say(os.Stdout, "%s", engine)
	report, err := s.CheckInputs(ctx)
	if err != nil {
		return err
	}
	if report.Failed() {
		say(os.Stderr, "\n%v", report)
		os.Exit(1)
	}
	say(os.Stdout, "%v", report)
	return nil
}
