package main

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// chartState counts the charts of a page, and those that are alive: ECharts marks the
// element that it draws in.
const chartState = `(() => {
	const charts = [...document.querySelectorAll("[data-hemiciclo-chart]")];
	return {all: charts.length, live: charts.filter(c => c.querySelector("[_echarts_instance_]")).length};
})()`

// filterState makes each choice above a table, and tells of those that did not leave
// some rows of the table and hide others.
const filterState = `[...document.querySelectorAll(".hemiciclo-filter select")].flatMap(select => {
	const rows = [...select.closest(".hemiciclo-table").querySelectorAll("tbody tr")];
	const choose = value => {
		select.value = value;
		select.dispatchEvent(new Event("input", {bubbles: true}));
		return rows.filter(row => row.offsetHeight > 0).length;
	};
	const wrong = [...select.options].filter(option => {
		const shown = choose(option.value);
		return option.value === "" ? shown !== rows.length : shown === 0 || select.options.length > 2 && shown === rows.length;
	});
	choose("");
	return wrong.map(option => option.text);
})`

// searchBox is where a reader types what rows of a table must have.
const searchBox = `.hemiciclo-filter input`

// searchWord is a word in the searched column, and how many rows have it and not.
const searchWord = `(() => {
	const box = document.querySelector(".hemiciclo-filter input"), table = box?.closest(".hemiciclo-table");
	if (!box) return {word: ""};
	const column = [...table.querySelectorAll("th")].findIndex(head => box.labels[0].textContent.includes(head.textContent + ":"));
	const fold = text => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
	const texts = [...table.querySelectorAll("tbody tr")].map(row => fold(row.cells[column].textContent));
	const having = word => texts.filter(text => text.includes(word)).length;
	const word = texts.find(text => /^[a-z]{4,}$/.test(text) && having(text) < texts.length) ?? "";
	return {word, having: having(word), all: texts.length};
})()`

// searchShown counts the rows of the searched table that are to be seen.
const searchShown = `[...document.querySelector(".hemiciclo-filter input").closest(".hemiciclo-table").querySelectorAll("tbody tr")]
	.filter(row => row.offsetHeight > 0).length`

// events gathers what a page should not do.
type events struct {
	mu       sync.Mutex
	requests []string
	failures []string
}

func (e *events) listen(event any) {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch event := event.(type) {
	case *network.EventRequestWillBeSent:
		e.requests = append(e.requests, event.Request.URL)
	case *runtime.EventExceptionThrown:
		e.failures = append(e.failures, event.ExceptionDetails.Error())
	}
}

// foreign returns the requests other than for the page itself and for data inside it.
func (e *events) foreign(page string) []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	var list []string
	for _, request := range e.requests {
		if request == page || strings.HasPrefix(request, "data:") || strings.HasPrefix(request, "blob:") {
			continue
		}
		list = append(list, request)
	}
	return list
}

// checkReport opens one report in a tab of its own and returns how many charts live in it.
func checkReport(browser context.Context, file, shots string) (int, error) {
	tab, closeTab := chromedp.NewContext(browser)
	defer closeTab()
	ctx, cancel := context.WithTimeout(tab, time.Minute)
	defer cancel()

	absolute, err := filepath.Abs(file)
	if err != nil {
		return 0, err
	}
	page := (&url.URL{Scheme: "file", Path: filepath.ToSlash(absolute)}).String()
	var seen events
	chromedp.ListenTarget(ctx, seen.listen)
	if err := chromedp.Run(ctx, network.Enable(), chromedp.Navigate(page)); err != nil {
		return 0, err
	}
	var charts struct{ All, Live int }
	for range 50 {
		if err := chromedp.Run(ctx, chromedp.Evaluate(chartState, &charts), chromedp.Sleep(200*time.Millisecond)); err != nil {
			return 0, err
		}
		if charts.All == charts.Live {
			break
		}
	}
	var picture []byte
	if err := chromedp.Run(ctx, chromedp.FullScreenshot(&picture, 100)); err != nil {
		return 0, err
	}
	shot := filepath.Join(shots, strings.TrimSuffix(filepath.Base(file), ".html")+".png")
	if err := os.WriteFile(shot, picture, 0o644); err != nil {
		return 0, err
	}
	var wrong []string
	if err := chromedp.Run(ctx, chromedp.Evaluate(filterState, &wrong)); err != nil {
		return 0, err
	}
	if len(wrong) > 0 {
		return 0, fmt.Errorf("choosing %q above a table shows the wrong rows", wrong[0])
	}
	if err := checkSearch(ctx); err != nil {
		return 0, err
	}
	if list := seen.foreign(page); len(list) > 0 {
		return 0, fmt.Errorf("%d requests, the first for %s", len(list), list[0])
	}
	if len(seen.failures) > 0 {
		return 0, fmt.Errorf("error in a script: %s", seen.failures[0])
	}
	if charts.Live != charts.All {
		return 0, fmt.Errorf("%d of %d charts are alive", charts.Live, charts.All)
	}
	return charts.Live, nil
}

// checkSearch types a word above the first table in which one can search, if there is
// such a table, and takes it away again.
func checkSearch(ctx context.Context) error {
	var expected struct {
		Word        string
		Having, All int
	}
	if err := chromedp.Run(ctx, chromedp.Evaluate(searchWord, &expected)); err != nil || expected.Word == "" {
		return err
	}
	for _, typed := range []struct {
		keys string
		want int
	}{{strings.ToUpper(expected.Word), expected.Having}, {strings.Repeat(kb.Backspace, len(expected.Word)), expected.All}} {
		var shown int
		if err := chromedp.Run(ctx, chromedp.SendKeys(searchBox, typed.keys, chromedp.ByQuery), chromedp.Evaluate(searchShown, &shown)); err != nil {
			return err
		}
		if shown != typed.want {
			return fmt.Errorf("searching %q leaves %d of %d rows, want %d", expected.Word, shown, expected.All, typed.want)
		}
	}
	return nil
}
