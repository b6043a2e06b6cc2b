package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"syscall"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

const (
	kernelName  = "Hemiciclo (Go)"
	labStart    = 2 * time.Minute // scripts/lab may still have to set up
	notebookRun = 10 * time.Minute
)

// address is how JupyterLab tells where it listens: host and token.
var address = regexp.MustCompile(`(http://127\.0\.0\.1:\d+)/\S*\?token=([0-9a-f]+)`)

const (
	// labReady asks whether a notebook is open and its kernel answers.
	labReady = `(() => {
		const panel = window.jupyterapp?.shell?.currentWidget;
		return panel?.sessionContext?.session?.kernel?.connectionStatus === "connected" && panel.content?.widgets?.length > 0;
	})()`

	// runAll runs every cell, as with Shift+Enter, and tells how many seconds each took.
	runAll = `(async () => {
		const notebook = window.jupyterapp.shell.currentWidget.content, seconds = [];
		for (let i = 0; i < notebook.widgets.length; i++) {
			if (notebook.widgets[i].model.type !== "code") continue;
			notebook.activeCellIndex = i;
			const begin = performance.now();
			await window.jupyterapp.commands.execute("notebook:run-cell");
			seconds.push((performance.now() - begin) / 1000);
		}
		return seconds;
	})()`

	// scroll brings every cell into view once: charts come alive when they are laid out.
	scroll = `(async () => {
		const notebook = window.jupyterapp.shell.currentWidget.content;
		for (let i = 0; i < notebook.widgets.length; i++) {
			await notebook.scrollToItem(i);
			await new Promise(done => setTimeout(done, 150));
		}
		return true;
	})()`

	// labState tells how the open notebook stands.
	labState = `(() => {
		const panel = window.jupyterapp.shell.currentWidget;
		const cells = panel.content.widgets.filter(c => c.model.type === "code" && c.model.sharedModel.source.trim());
		const outputs = cells.flatMap(c => Array.from({length: c.model.outputs.length}, (_, i) => c.model.outputs.get(i)));
		return {
			kernel: panel.sessionContext.kernelDisplayName,
			cells: cells.length,
			done: cells.filter(c => c.model.executionCount !== null).length,
			errors: outputs.filter(o => o.type === "error").length,
			charts: document.querySelectorAll("[data-hemiciclo-chart]").length,
			live: document.querySelectorAll("[data-hemiciclo-chart] [_echarts_instance_]").length,
		};
	})()`
)

// state is what labState returns.
type state struct {
	Kernel                            string
	Cells, Done, Errors, Charts, Live int
	seconds                           []float64 // that each cell took
}

// checkLab opens the notebooks in JupyterLab, one after the other, and runs all their cells.
// It works on copies, because JupyterLab saves what it runs.
func checkLab(browser context.Context, script, name, recipe, shots string) error {
	folder, err := os.MkdirTemp("", "hemiciclo-lab")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	notebooks, err := copyNotebooks(filepath.Join(filepath.Dir(filepath.Dir(script)), "notebooks"), folder)
	if err != nil {
		return err
	}
	host, token, stop, err := startLab(script, name, recipe, folder)
	if err != nil {
		return err
	}
	defer stop()
	var wrong []error
	var seconds []float64
	for _, name := range notebooks {
		got, err := runNotebook(browser, fmt.Sprintf("%s/lab/tree/%s?token=%s&reset", host, name, token), filepath.Join(shots, "lab-"+name+".png"))
		if err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", name, err))
			continue
		}
		fmt.Printf("JupyterLab: %s: %d cells with %q, %d live charts\n", name, got.Done, got.Kernel, got.Live)
		// The first cell of a notebook only declares.
		seconds = append(seconds, got.seconds[min(1, len(got.seconds)):]...)
	}
	if err := checkTraining(browser, script, folder, host, token, shots); err != nil {
		wrong = append(wrong, fmt.Errorf("a training: %w", err))
	}
	if slices.Sort(seconds); len(seconds) > 0 {
		fmt.Printf("JupyterLab: a cell takes %.2f s (median of %d; a quarter at least %.2f s)\n", seconds[len(seconds)/2], len(seconds), seconds[len(seconds)*3/4])
	}
	return errors.Join(wrong...)
}

func copyNotebooks(from, to string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(from, "*.ipynb"))
	if err != nil {
		return nil, err
	}
	var names []string
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		name := filepath.Base(file)
		if err := os.WriteFile(filepath.Join(to, name), data, 0o644); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, nil
}

// startLab starts scripts/lab on a run, and waits until it listens.
func startLab(script, name, recipe, folder string) (host, token string, stop func(), err error) {
	command := exec.Command(script, "--name", name, "--recipe", recipe, "--",
		"--no-browser", "--ServerApp.port=0", "--ServerApp.root_dir="+folder, "--ServerApp.preferred_dir="+folder,
		"--LabApp.expose_app_in_browser=True")
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Stdout = os.Stderr
	output, err := command.StderrPipe()
	if err != nil {
		return "", "", nil, err
	}
	if err := command.Start(); err != nil {
		return "", "", nil, err
	}
	ended := make(chan struct{})
	found := make(chan []string, 1)
	go func() {
		lines := bufio.NewScanner(output)
		for lines.Scan() {
			if match := address.FindStringSubmatch(lines.Text()); match != nil {
				found <- match
				break
			}
		}
		_, _ = io.Copy(io.Discard, output)
		_ = command.Wait()
		close(ended)
	}()
	stop = func() {
		// The whole group, kernels and all; by force if it does not end by itself.
		_ = syscall.Kill(-command.Process.Pid, syscall.SIGTERM)
		select {
		case <-ended:
		case <-time.After(10 * time.Second):
			_ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL)
		}
	}
	select {
	case match := <-found:
		return match[1], match[2], stop, nil
	case <-ended:
		return "", "", nil, errors.New("scripts/lab ended before it listened")
	case <-time.After(labStart):
		stop()
		return "", "", nil, fmt.Errorf("scripts/lab did not listen within %v", labStart)
	}
}

// runNotebook opens one notebook, runs all its cells and looks at what they left.
func runNotebook(browser context.Context, page, shot string) (state, error) {
	var got state
	tab, closeTab := chromedp.NewContext(browser)
	defer closeTab()
	ctx, cancel := context.WithTimeout(tab, notebookRun)
	defer cancel()

	wait := func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }
	var done bool
	var picture []byte
	err := chromedp.Run(ctx,
		emulation.SetFocusEmulationEnabled(true),
		chromedp.Navigate(page),
		chromedp.Poll(labReady, nil, chromedp.WithPollingTimeout(time.Minute)),
		chromedp.Evaluate(runAll, &got.seconds, wait),
		chromedp.Evaluate(scroll, &done, wait),
		chromedp.Sleep(time.Second),
		chromedp.Evaluate(labState, &got),
		chromedp.FullScreenshot(&picture, 100),
	)
	if err != nil {
		return got, err
	}
	if err := os.WriteFile(shot, picture, 0o644); err != nil {
		return got, err
	}
	switch {
	case got.Kernel != kernelName:
		return got, fmt.Errorf("the kernel chosen is %q, not %q", got.Kernel, kernelName)
	case got.Errors > 0 || got.Done < got.Cells:
		return got, fmt.Errorf("%d of %d cells ran, %d errors", got.Done, got.Cells, got.Errors)
	case got.Live < got.Charts:
		return got, fmt.Errorf("%d of %d charts are alive", got.Live, got.Charts)
	}
	return got, nil
}
