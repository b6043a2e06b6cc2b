// Command year writes a synthetic corpus of the size of the study's year, to
// measure loading with. Its output is never committed.
//
// usage: go run ./scripts/benchmarks/year [-rows N] [-seed N] FOLDER
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/demo"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run() error {
	var o demo.YearOptions
	flag.IntVar(&o.Rows, "rows", demo.DefaultRows, "líneas de JSON")
	flag.Uint64Var(&o.Seed, "seed", demo.DefaultSeed, "semilla")
	flag.Usage = func() {
		_, _ = fmt.Fprintln(flag.CommandLine.Output(), "Uso: go run ./scripts/benchmarks/year [-rows N] [-seed N] CARPETA")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() != 1 {
		flag.Usage()
		return fmt.Errorf("falta la carpeta que se va a escribir")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	start := time.Now()
	o.Progress = func(done, total int) {
		if done%100 == 0 || done == total {
			fmt.Fprintf(os.Stderr, "%d de %d archivos, %.0f s\n", done, total, time.Since(start).Seconds())
		}
	}
	counts, err := demo.WriteYear(ctx, flag.Arg(0), o)
	if err != nil {
		return err
	}
	fmt.Printf("%+v\n", counts)
	return nil
}
