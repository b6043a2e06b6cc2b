package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// measured are results as scripts/benchmarks/results.py writes them.
var measured = map[string]string{
	"train": `{"contest": "train", "date": "2026-01-31T12:00:00+00:00",
		"machine": {"processor": "Un procesador <b>", "cores": 2, "memory": 8589934592, "system": "Linux x86_64"},
		"versions": {"Go": "1.26.5", "torch": "2.15.0"},
		"cases": [{"case": "gpt2", "about": "12 capas", "peer": "PyTorch", "ratios": [0.5, 4, 1.25], "unit": "tokens/s", "speeds": [1180, 944.4], "peaks": [3221225472, 1048576]}],
		"series": [], "left_out": [{"peer": "spark", "why": "no hay Java"}], "not_run": ""}`,
	"word2vec": `{"contest": "word2vec", "date": "2026-02-01T12:00:00+00:00",
		"machine": {"processor": "Un procesador <b>", "cores": 2, "memory": 8589934592, "system": "Linux x86_64"},
		"versions": {"Go": "1.26.6"}, "cases": [], "series": [], "left_out": [], "not_run": "no hay <red>"}`,
	"growth": `{"contest": "growth", "date": "2026-01-30T12:00:00+00:00",
		"machine": {"processor": "Otro", "cores": 1, "memory": 8589934592, "system": "Linux x86_64"},
		"versions": {}, "cases": [], "left_out": [], "not_run": "",
		"series": [{"work": "train", "name": "capas", "about": "lote 4", "x": [2, 4], "seconds": [0.1, 0.2], "exponent": 1.0, "compiling": [3, 4]}]}`,
}

func write(t *testing.T, files map[string]string) (folder string) {
	t.Helper()
	folder = t.TempDir()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(folder, name+".json"), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func TestPage(t *testing.T) {
	output := filepath.Join(t.TempDir(), "reports", "bench.html")
	if err := run(write(t, measured), output); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(output)
	if err != nil {
		t.Fatal(err)
	}
	html := string(data)
	for _, want := range []string{
		"Medido el 1 de febrero de 2026 · Un procesador &lt;b&gt;, 2 procesadores, 8 GiB de memoria, Linux x86_64",
		"<strong>1,25</strong>", "0,50 – 4,00", "1.180 tokens/s", "944 tokens/s", "3.072 MiB", // the duel
		"no hay &lt;red&gt;", "spark quedó fuera", "no hay Java", // what was not measured
		"2: 100 ms · 4: 200 ms", "3,0 – 4,0 s", "en otra máquina: Otro, 1 procesador,", // growth
		"1.26.5, 1.26.6", "Sin medir todavía",
	} {
		if !strings.Contains(html, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	markup := regexp.MustCompile(`(?s)<script>.*?</script>`).ReplaceAllString(html, "")
	for _, link := range regexp.MustCompile(`<(?:script|img|link|iframe)[^>]* (?:src|href)="([^"]{0,40})`).FindAllStringSubmatch(markup, -1) {
		if !strings.HasPrefix(link[1], "data:") {
			t.Errorf("the page loads %q", link[1])
		}
	}
}

func TestPageRefusesWhatItCannotShow(t *testing.T) {
	output := filepath.Join(t.TempDir(), "bench.html")
	for name, files := range map[string]map[string]string{
		"nothing":        {},
		"no JSON":        {"train": "{"},
		"no ratios":      {"train": strings.Replace(measured["train"], "[0.5, 4, 1.25]", "[]", 1)},
		"a ratio of 0":   {"train": strings.Replace(measured["train"], "0.5", "0", 1)},
		"one speed":      {"train": strings.Replace(measured["train"], "1180, ", "", 1)},
		"a time less":    {"growth": strings.Replace(measured["growth"], "0.1, ", "", 1)},
		"a time below 0": {"growth": strings.Replace(measured["growth"], "0.1", "-1", 1)},
	} {
		if err := run(write(t, files), output); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := os.Stat(output); err == nil {
		t.Error("a page was written all the same")
	}
}

func TestMedian(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   float64
	}{{[]float64{3}, 3}, {[]float64{4, 1}, 2.5}, {[]float64{9, 1, 2}, 2}, {[]float64{9, 1, 2, 4}, 3}} {
		if got := median(c.values); got != c.want {
			t.Errorf("median(%v) = %v, want %v", c.values, got, c.want)
		}
	}
}
