package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// What a reader does with a playground: beginnings to continue, and texts to read.
var (
	beginnings = []string{"Con los vecinos", "Este año vamos a", "", "¡Ñandú 😀", "Gracias, @"}
	readings   = []string{"Hoy estamos con los vecinos, por más seguridad y mejores pensiones", "Una palabra", "👩‍⚕️ ¡Ñandú! «comillas» <b>&amp;</b> #HashTag @alguien https://ejemplo.cl/a?b=1"}
)

// drawing are settings with which the models draw; writing those without chance.
var (
	drawing = settings{Sample: true, Temperature: 1.2, TopK: 40, TopP: 0.95, TypicalP: 1, RepetitionPenalty: 1.1, MaxNewTokens: 40, MinNewTokens: 1, Seed: 7}
	writing = settings{Temperature: 1, TopP: 1, TypicalP: 1, RepetitionPenalty: 1, MaxNewTokens: 40, MinNewTokens: 1}
)

// settings are those of package model, by their names in JSON and in the page.
type settings struct {
	Sample            bool    `json:"sample"`
	Temperature       float64 `json:"temperature"`
	TopK              int     `json:"top_k"`
	TopP              float64 `json:"top_p"`
	TypicalP          float64 `json:"typical_p"`
	RepetitionPenalty float64 `json:"repetition_penalty"`
	NoRepeatNgramSize int     `json:"no_repeat_ngram_size"`
	MaxNewTokens      int     `json:"max_new_tokens"`
	MinNewTokens      int     `json:"min_new_tokens"`
	Seed              int     `json:"seed"`
}

// question and answer are those of scripts/playground.
type question struct {
	Text     string    `json:"text"`
	Settings *settings `json:"settings,omitempty"`
}

type answer struct {
	Texts map[string]string
	Words []struct {
		Text string
		Bits []float64
	}
}

// answers has the native program answer.
func answers(native, page string, questions []question) ([]answer, error) {
	var in bytes.Buffer
	for _, q := range questions {
		if err := json.NewEncoder(&in).Encode(q); err != nil {
			return nil, err
		}
	}
	command := exec.Command(native, page)
	command.Stdin, command.Stderr = &in, os.Stderr
	out, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(native), err)
	}
	decoder := json.NewDecoder(bytes.NewReader(out))
	list := make([]answer, len(questions))
	for i := range list {
		if err := decoder.Decode(&list[i]); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// checkPlayground uses a playground as a reader does, at a desk and on a phone, and compares
// what it shows with what the models in it answer natively: texts as they are, words' leans
// within a thousandth of a bit.
func checkPlayground(browser context.Context, file, native, shots string) error {
	var questions []question
	for _, s := range []*settings{&writing, &drawing} {
		for _, text := range beginnings {
			questions = append(questions, question{text, s})
		}
	}
	for _, text := range readings {
		questions = append(questions, question{Text: text})
	}
	want, err := answers(native, file, questions)
	if err != nil {
		return err
	}
	for _, width := range []int64{1280, 360} {
		if err := usePlayground(browser, file, width, questions, want, shots); err != nil {
			return fmt.Errorf("%d pixels wide: %w", width, err)
		}
	}
	return nil
}

func usePlayground(browser context.Context, file string, width int64, questions []question, want []answer, shots string) error {
	tab, closeTab := chromedp.NewContext(browser)
	defer closeTab()
	ctx, cancel := context.WithTimeout(tab, 2*time.Minute)
	defer cancel()
	absolute, err := filepath.Abs(file)
	if err != nil {
		return err
	}
	page := (&url.URL{Scheme: "file", Path: filepath.ToSlash(absolute)}).String()
	var seen events
	chromedp.ListenTarget(ctx, seen.listen)
	err = chromedp.Run(ctx, network.Enable(), emulation.SetDeviceMetricsOverride(width, 800, 1, width < 500),
		chromedp.Navigate(page), idle())
	if err != nil {
		return err
	}
	var ready string
	if err := chromedp.Run(ctx, chromedp.Text("#state", &ready)); err != nil {
		return err
	}
	models := 2
	if width < 500 { // On a phone three models write.
		models++
		if err := chromedp.Run(ctx, chromedp.Click("#with-base", chromedp.ByID)); err != nil {
			return err
		}
	}
	for i, q := range questions {
		if q.Settings == nil {
			err = readText(ctx, q.Text, want[i])
		} else {
			err = continueText(ctx, q, want[i], models)
		}
		if err != nil {
			return fmt.Errorf("%q: %w", q.Text, err)
		}
	}
	speed, err := stopText(ctx)
	if err != nil {
		return err
	}
	if err := readLicences(ctx); err != nil {
		return err
	}
	var wide bool
	if err := chromedp.Run(ctx, chromedp.Evaluate(`document.documentElement.scrollWidth > innerWidth`, &wide)); err != nil {
		return err
	}
	if wide {
		return fmt.Errorf("the page is wider than the window")
	}
	var picture []byte
	if err := chromedp.Run(ctx, chromedp.FullScreenshot(&picture, 100)); err != nil {
		return err
	}
	name := fmt.Sprintf("%s-%d.png", strings.TrimSuffix(filepath.Base(file), ".html"), width)
	if err := os.WriteFile(filepath.Join(shots, name), picture, 0o644); err != nil {
		return err
	}
	if list := seen.foreign(page); len(list) > 0 {
		return fmt.Errorf("%d requests, the first for %s", len(list), list[0])
	}
	if len(seen.failures) > 0 {
		return fmt.Errorf("error in a script: %s", seen.failures[0])
	}
	fmt.Printf("%s, %d pixels wide: %s, %.0f tokens/s and model, as natively\n", filepath.Base(file), width, ready, speed)
	return nil
}

// idle waits until the page can be asked something.
func idle() chromedp.Action { return chromedp.WaitEnabled("#go", chromedp.ByID) }

// forget takes away what the page showed before, and written and read wait until it shows
// something again.
func forget() chromedp.Action {
	return chromedp.Evaluate(`document.querySelectorAll(".foot, #verdict").forEach(shown => { shown.textContent = ""; })`, nil)
}

func written() chromedp.Action {
	return chromedp.Poll(`!document.getElementById("go").disabled && [...document.querySelectorAll("[data-model] .foot")].every(foot => foot.textContent.startsWith("Escrito"))`, nil)
}

func read() chromedp.Action {
	return chromedp.Poll(`!document.getElementById("go").disabled && document.getElementById("verdict").textContent !== ""`, nil)
}

// fill puts a value in the place of what a field holds, as who pastes it does.
func fill(id, value string) chromedp.Tasks {
	return chromedp.Tasks{
		chromedp.Evaluate(fmt.Sprintf(`document.getElementById(%q).closest("details")?.setAttribute("open", ""); document.getElementById(%q).select()`, id, id), nil),
		chromedp.SendKeys("#"+id, kb.Delete, chromedp.ByID),
		input.InsertText(value),
	}
}

// continueText puts in a beginning, presses Enter, waits and reads the models' texts.
func continueText(ctx context.Context, q question, want answer, models int) error {
	values := map[string]any{}
	data, err := json.Marshal(q.Settings)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, &values); err != nil {
		return err
	}
	tasks := chromedp.Tasks{chromedp.Evaluate(fmt.Sprintf(`{const greedy = document.getElementById("greedy"); if (greedy.checked === %v) greedy.click();}`, q.Settings.Sample), nil)}
	for name, value := range values {
		if name != "sample" && name != "min_new_tokens" { // no fields of the page
			tasks = append(tasks, fill(name, fmt.Sprint(value)))
		}
	}
	got := map[string]string{}
	tasks = append(tasks, forget(), fill("beginning", q.Text), chromedp.SendKeys("#beginning", kb.Enter, chromedp.ByID), written(),
		chromedp.Evaluate(`Object.fromEntries([...document.querySelectorAll("[data-model]")].map(card => [card.dataset.model, card.querySelector(".written").textContent]))`, &got))
	if err := chromedp.Run(ctx, tasks); err != nil {
		return err
	}
	if len(got) != models {
		return fmt.Errorf("%d models wrote, want %d", len(got), models)
	}
	var hidden bool
	if err := chromedp.Run(ctx, chromedp.Evaluate(`JSON.parse(document.getElementById("data").textContent).hide_names`, &hidden)); err != nil {
		return err
	}
	for name, text := range got {
		native := want.Texts[name]
		if hidden {
			native = hideAccounts(q.Text, native)
		}
		if text != native {
			return fmt.Errorf("the model %s writes %q, natively %q", name, text, native)
		}
	}
	return nil
}

// hideAccounts hides the accounts' names that a text goes on with or holds, as pages of real
// tweets do.
func hideAccounts(beginning, text string) string {
	if regexp.MustCompile(`@\w*$`).MatchString(beginning) {
		text = regexp.MustCompile(`^\w+`).ReplaceAllString(text, "…")
	}
	return regexp.MustCompile(`@\w+`).ReplaceAllString(text, "@…")
}

// readText puts in a text, presses the button, waits and reads the words.
func readText(ctx context.Context, text string, want answer) error {
	var got []struct {
		Text string
		Bits float64
	}
	var verdict string
	err := chromedp.Run(ctx, forget(), fill("text", text), chromedp.Click("#read-go", chromedp.ByID), read(),
		chromedp.Evaluate(`[...document.querySelectorAll("#words .word")].map(word => ({text: word.textContent, bits: Number(word.dataset.bits)}))`, &got),
		chromedp.Text("#verdict", &verdict, chromedp.ByID))
	if err != nil {
		return err
	}
	if len(got) != len(want.Words) || verdict == "" {
		return fmt.Errorf("%d words and the verdict %q, want %d words", len(got), verdict, len(want.Words))
	}
	for i, word := range want.Words {
		if lean := word.Bits[1] - word.Bits[0]; got[i].Text != word.Text || math.Abs(got[i].Bits-lean) > 1e-3 {
			return fmt.Errorf("%q leans by %v bits, natively %q by %v", got[i].Text, got[i].Bits, word.Text, lean)
		}
	}
	return nil
}

// stopText lets the models draw what hardly ends, once to its end, and then stops them. It
// returns the slower one's speed in tokens a second. A model as small as a test's may have
// written everything before it hears of the stop, so that it is asked again.
func stopText(ctx context.Context) (speed float64, err error) {
	err = chromedp.Run(ctx, fill("temperature", "5"), fill("top_k", "0"), fill("top_p", "1"), fill("max_new_tokens", "60"),
		forget(), fill("beginning", "Con"), chromedp.Click("#go", chromedp.ByID), written(),
		chromedp.Evaluate(`Math.min(...[...document.querySelectorAll("[data-speed]")].map(card => card.dataset.speed))`, &speed))
	if err != nil {
		return 0, err
	}
	var feet []string
	for range 10 {
		err := chromedp.Run(ctx, forget(), chromedp.Evaluate(`(async () => {
			document.getElementById("go").click();
			for (let i = 0; i < 10; i++) await null;
			document.getElementById("stop").click();
		})()`, nil, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }),
			written(), chromedp.Evaluate(`[...document.querySelectorAll("[data-model] .foot")].map(foot => foot.textContent)`, &feet))
		if err != nil {
			return 0, err
		}
		if !slices.ContainsFunc(feet, func(foot string) bool { return !strings.Contains(foot, "detenido") }) {
			return speed, nil
		}
	}
	return 0, fmt.Errorf("texts that were stopped have the feet %q", feet)
}

// readLicences opens what stands at the foot of the page.
func readLicences(ctx context.Context) error {
	var text string
	err := chromedp.Run(ctx, chromedp.Click("#licences summary", chromedp.ByQuery),
		chromedp.Poll(`document.getElementById("licence-texts").textContent`, &text))
	if err == nil && !strings.Contains(text, "The Go Authors") {
		err = fmt.Errorf("the licences begin with %.80q", text)
	}
	return err
}
