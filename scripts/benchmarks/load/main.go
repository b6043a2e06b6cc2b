// Command load takes a corpus through the study's steps to Parquet: our side of
// scripts/bench load. It prints the rows left after each step, as JSON.
//
// usage: load [-cpuprofile FILE] CORPUS PARQUET
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime/pprof"

	"github.com/hemiciclo/hemiciclo/pkg/demo"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
	"github.com/hemiciclo/hemiciclo/pkg/tweets/load"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run() (err error) {
	profile := flag.String("cpuprofile", "", "archivo para el perfil de tiempo")
	flag.Parse()
	if flag.NArg() != 2 {
		return errors.New("uso: load [-cpuprofile ARCHIVO] CORPUS PARQUET")
	}
	if *profile != "" {
		file, err := os.Create(*profile)
		if err != nil {
			return err
		}
		if err := pprof.StartCPUProfile(file); err != nil {
			return err
		}
		defer func() {
			pprof.StopCPUProfile()
			err = errors.Join(err, file.Close())
		}()
	}
	corpus := flag.Arg(0)
	result, err := load.File(context.Background(), tweets.Options{
		Accounts:       filepath.Join(corpus, "accounts.csv"),
		Tweets:         []string{filepath.Join(corpus, "tweets")},
		Days:           demo.Days,
		DropAuthorless: true,
		MaxMalformed:   -1,
	}, flag.Arg(1))
	if err != nil {
		return err
	}
	counts := make(map[string]int)
	for _, step := range result.Steps {
		counts[step.Name] = step.Rows
	}
	return json.NewEncoder(os.Stdout).Encode(counts)
}
