// Command check says, before the long work, what will compute and what a run would stumble
// over: see [study.Study.CheckEngine] and [study.Study.CheckInputs]. Corpus, name and recipe
// come from the environment, as in a notebook. What a run would fail of ends it with
// status 1.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"

	"github.com/hemiciclo/hemiciclo/pkg/study"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	s, err := study.New(study.Options{})
	if err != nil {
		fail(fmt.Sprintln("error:", err))
	}
	engine, err := s.CheckEngine()
	if err != nil {
		fail(fmt.Sprintln("error:", err))
	}
	fmt.Print(engine)
	report, err := s.CheckInputs(ctx)
	if err != nil {
		fail(fmt.Sprintln("error:", err))
	}
	if report.Failed() {
		fail(report.String())
	}
	fmt.Print(report)
}

func fail(text string) {
	fmt.Fprint(os.Stderr, "\n", text)
	os.Exit(1)
}
