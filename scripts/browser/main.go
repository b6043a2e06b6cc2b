// Command browser looks at what researchers look at, with headless Chromium and the network
// off: every report must show its charts alive without a single request, and JupyterLab
// must run a notebook with the Hemiciclo kernel chosen. A playground must write and read as
// its models do natively.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/chromedp/chromedp"
)

func main() {
	log.SetFlags(0)
	chromium := flag.String("chromium", "", "path of Chromium; empty: looked for")
	reports := flag.String("reports", "", "folder of reports to check; empty: none")
	lab := flag.String("lab", "", "path of scripts/lab, to check JupyterLab too")
	name := flag.String("name", "test", "the run that JupyterLab shows")
	recipe := flag.String("recipe", "test", "its recipe")
	native := flag.String("playground", "", "the program scripts/playground, compiled: what it answers natively playgrounds must answer too")
	shots := flag.String("shots", "", "folder for screenshots")
	flag.Parse()
	if *reports == "" && *lab == "" || *shots == "" {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(*chromium, *reports, *lab, *name, *recipe, *native, *shots); err != nil {
		log.Fatal(err)
	}
}

func run(chromium, reports, lab, name, recipe, native, shots string) error {
	if err := os.MkdirAll(shots, 0o755); err != nil {
		return err
	}
	ctx, stop := open(chromium)
	defer stop()

	files, err := filepath.Glob(filepath.Join(reports, "*.html"))
	if err != nil {
		return err
	}
	if reports == "" {
		files = nil
	} else if len(files) == 0 {
		return fmt.Errorf("no reports in %s", reports)
	}
	var wrong []error
	for _, file := range files {
		charts, err := checkReport(ctx, file, shots)
		if err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", filepath.Base(file), err))
			continue
		}
		fmt.Printf("%s: %d live charts, no requests\n", filepath.Base(file), charts)
		if native != "" && strings.HasSuffix(file, "-probar.html") {
			if err := checkPlayground(ctx, file, native, shots); err != nil {
				wrong = append(wrong, fmt.Errorf("%s: %w", filepath.Base(file), err))
			}
		}
	}
	if lab != "" {
		if err := checkLab(ctx, lab, name, recipe, shots); err != nil {
			wrong = append(wrong, fmt.Errorf("JupyterLab: %w", err))
		}
	}
	return errors.Join(wrong...)
}

// open starts a browser that can reach nothing but this machine.
func open(chromium string) (context.Context, context.CancelFunc) {
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"),
		chromedp.WindowSize(1280, 1000),
		chromedp.WSURLReadTimeout(time.Minute),
	)
	if os.Getuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	if chromium != "" {
		options = append(options, chromedp.ExecPath(chromium))
	}
	allocated, stopAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, stopBrowser := chromedp.NewContext(allocated)
	return ctx, func() {
		stopBrowser()
		stopAllocator()
	}
}
