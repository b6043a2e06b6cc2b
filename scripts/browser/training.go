package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// trainingRun is the name of the run in which checkTraining trains.
const trainingRun = "navegador"

// training is a notebook that trains for minutes.
var training = map[string]any{
	"nbformat": 4, "nbformat_minor": 5,
	"metadata": map[string]any{"kernelspec": map[string]any{"name": "hemiciclo", "display_name": kernelName, "language": "go"}},
	"cells": []map[string]any{
		cell("import (\n\t\"context\"\n\n\t\"github.com/hemiciclo/hemiciclo/pkg/study\"\n)\n\nfunc abrir() (context.Context, *study.Study) {\n\treturn study.Open(study.Options{Name: \"" + trainingRun + "\", Recipe: \"laptop\"})\n}\n"),
		cell("%%\nctx, s := abrir()\nstudy.Show(study.Must(study.Must(s.FineTune(ctx, study.Right)).Table()))\n"),
	},
}

func cell(source string) map[string]any {
	return map[string]any{"cell_type": "code", "id": fmt.Sprint("c", len(source)), "source": source, "metadata": map[string]any{}, "outputs": []any{}, "execution_count": nil}
}

const (
	// runNow runs every cell and waits for none.
	runNow = `window.jupyterapp.commands.execute("notebook:run-all-cells"), true`
	// trains tells whether a training is shown that has taken steps.
	trains = `/Entrenando:[^\n]*\s[1-9][\d.]* de [\d.]+ pasos/.test(document.body.innerText)`
	// interrupt is the stop button.
	interrupt = `window.jupyterapp.commands.execute("notebook:interrupt-kernel"), true`
	// saved tells whether the cell says that what is done is kept.
	saved = `document.body.innerText.includes("Lo ya calculado está guardado")`
)

// checkTraining starts a training in JupyterLab, closes the tab, restarts the kernel, looks from
// a shell whether it goes on, sees it again in a tab, and stops it with the stop button.
func checkTraining(browser context.Context, script, folder, host, token, shots string) error {
	study := filepath.Join(filepath.Dir(script), "study")
	status := func(command string) (string, error) {
		said, err := exec.Command(study, "--name", trainingRun, command).CombinedOutput()
		if err != nil {
			return "", fmt.Errorf("scripts/study %s: %w: %s", command, err, said)
		}
		return string(said), nil
	}
	if runs := os.Getenv("HEMICICLO_RUNS"); runs != "" {
		defer func() { _ = os.RemoveAll(filepath.Join(runs, trainingRun)) }()
	}
	defer func() { _, _ = status("stop") }()
	data, err := json.Marshal(training)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "entrenar.ipynb"), data, 0o600); err != nil {
		return err
	}
	page := fmt.Sprintf("%s/lab/tree/entrenar.ipynb?token=%s&reset", host, token)
	if err := inTab(browser, page, filepath.Join(shots, "lab-entrenar-1.png"),
		chromedp.Evaluate(runNow, nil), chromedp.Poll(trains, nil, chromedp.WithPollingTimeout(3*time.Minute))); err != nil {
		return fmt.Errorf("the training does not start: %w", err)
	}
	if err := restartKernels(host, token); err != nil {
		return err
	}
	// A worker that ended with the kernel would be gone by then.
	time.Sleep(5 * time.Second)
	said, err := status("status")
	if err != nil {
		return err
	}
	if !strings.Contains(said, "Entrenando") {
		return fmt.Errorf("after the tab is closed and the kernel restarted scripts/study status says\n%s", said)
	}
	if err := inTab(browser, page, filepath.Join(shots, "lab-entrenar-2.png"),
		chromedp.Evaluate(runNow, nil), chromedp.Poll(trains, nil, chromedp.WithPollingTimeout(time.Minute)),
		chromedp.Evaluate(interrupt, nil), chromedp.Poll(saved, nil, chromedp.WithPollingTimeout(time.Minute))); err != nil {
		return fmt.Errorf("the training is not seen again, or not stopped: %w", err)
	}
	if said, err = status("status"); err == nil && !strings.Contains(said, "no está haciendo nada") {
		err = fmt.Errorf("after the stop button scripts/study status says\n%s", said)
	}
	return err
}

// inTab opens a page in a tab of its own, waits for its kernel, does what is asked, and closes
// the tab.
func inTab(browser context.Context, page, shot string, actions ...chromedp.Action) error {
	tab, closeTab := chromedp.NewContext(browser)
	defer closeTab()
	ctx, cancel := context.WithTimeout(tab, notebookRun)
	defer cancel()
	var picture []byte
	err := chromedp.Run(ctx, append([]chromedp.Action{
		emulation.SetFocusEmulationEnabled(true),
		chromedp.Navigate(page),
		chromedp.Poll(labReady, nil, chromedp.WithPollingTimeout(time.Minute)),
	}, actions...)...)
	if shown := chromedp.Run(ctx, chromedp.FullScreenshot(&picture, 100)); shown == nil {
		err = errors.Join(err, os.WriteFile(shot, picture, 0o600))
	}
	return err
}

// restartKernels restarts all kernels of a JupyterLab.
func restartKernels(host, token string) error {
	var kernels []struct {
		ID string `json:"id"`
	}
	if err := ask(http.MethodGet, host+"/api/kernels", token, &kernels); err != nil {
		return err
	}
	for _, kernel := range kernels {
		if err := ask(http.MethodPost, host+"/api/kernels/"+kernel.ID+"/restart", token, nil); err != nil {
			return err
		}
	}
	return nil
}

// ask sends a request to JupyterLab's server.
func ask(method, address, token string, into any) error {
	request, err := http.NewRequest(method, address, nil)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "token "+token)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("%s %s: %s", method, address, answer.Status)
	}
	if into == nil {
		return nil
	}
	return json.NewDecoder(answer.Body).Decode(into)
}
