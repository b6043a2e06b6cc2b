package playground

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/bpe"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2"
	"github.com/hemiciclo/hemiciclo/pkg/playground/model"
)

// unkind is what a corpus might be called.
const unkind = `</script><script>alert(1)</script> "a" & 'b'`

// write makes a page of tiny models, and returns it with the right's.
func write(t *testing.T) ([]byte, *model.Model) {
	t.Helper()
	tokenizer, err := bpe.Load("../bpe/testdata/tokenizer")
	if err != nil {
		t.Fatal(err)
	}
	config := gpt2.DefaultConfig()
	config.VocabSize, config.NPositions, config.NEmbd, config.NHead, config.NLayer = tokenizer.VocabSize(), 32, 16, 2, 1
	config.BOSTokenID, config.EOSTokenID, config.InitializerRange = nil, gpt2.TokenID(2), 0.3
	p := Page{
		Title: unkind, Language: "es", Synthetic: true, Facts: [][2]string{{"Corpus", unkind}}, Rounding: []string{unkind}, Citation: unkind,
		Tokenizer: tokenizer, Before: model.Before{Opening: []int32{2}}, Beginnings: []string{unkind, "Con"},
		Judgement: Judgement{Scale: 0.5, Strongest: 2, Bins: []Bin{{0.5, 10, 0.5, 0.2, 0.8}}},
		HideNames: true,
	}
	for i, name := range []string{Right, Left, Base} {
		m, err := gpt2.New(config, uint64(i))
		if err != nil {
			t.Fatal(err)
		}
		weights, err := m.Int8()
		if err != nil {
			t.Fatal(err)
		}
		p.Models = append(p.Models, Model{name, unkind, unkind, weights})
	}
	var page bytes.Buffer
	if err := p.Write(&page, &Program{WASM: []byte("\x00asm"), Exec: []byte("class Go {} // </script>"), Licences: []byte("free")}); err != nil {
		t.Fatal(err)
	}
	return page.Bytes(), model.New(p.Models[0].Weights, tokenizer, p.Before)
}

// What is put into a page comes out again, and writes as before.
func TestModelsOfThePage(t *testing.T) {
	page, right := write(t)
	models, err := ReadModels(page)
	if err != nil {
		t.Fatal(err)
	}
	if len(models) != 3 {
		t.Fatalf("%d models", len(models))
	}
	settings := model.Settings{Sample: true, Seed: 3, MaxNewTokens: 10}
	quiet := func(model.Continuation) error { return nil }
	want, err := right.Continue("Con", settings, quiet)
	if err != nil {
		t.Fatal(err)
	}
	got, err := models[Right].Continue("Con", settings, quiet)
	if err != nil {
		t.Fatal(err)
	}
	other, err := models[Left].Continue("Con", settings, quiet)
	if err != nil {
		t.Fatal(err)
	}
	if got != want || got == other {
		t.Errorf("the right's model writes %+v, before %+v; the left's %+v", got, want, other)
	}
	for id, contents := range map[string]string{"program": "\x00asm", "licence-data": "free", "worker": "class Go {} // </script>\n" + workerJS} {
		if packed, err := unpack(page, id); err != nil || string(packed) != contents {
			t.Errorf("%s holds %q (%v)", id, packed, err)
		}
	}
	if _, err := ReadModels(page[:len(page)/2]); err == nil {
		t.Error("half a page was read")
	}
}

// The page's policy names its own script and style sheet, and nothing by address.
func TestPolicy(t *testing.T) {
	page, _ := write(t)
	found := regexp.MustCompile(`http-equiv="Content-Security-Policy" content="([^"]*)"`).FindSubmatch(page)
	if found == nil {
		t.Fatal("the page has no policy")
	}
	policy := html.UnescapeString(string(found[1]))
	hash := func(pattern string) string {
		all := regexp.MustCompile(pattern).FindAllSubmatch(page, -1)
		if len(all) != 1 {
			t.Fatalf("%d parts of %s", len(all), pattern)
		}
		sum := sha256.Sum256(all[0][1])
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	want := "default-src 'none'; script-src " + hash(`(?s)<script>(.*?)</script>`) + " 'wasm-unsafe-eval'; style-src " + hash(`(?s)<style>(.*?)</style>`) +
		"; worker-src blob:; base-uri 'none'; form-action 'none'"
	if policy != want {
		t.Errorf("policy\n%s, want\n%s", policy, want)
	}
	if address := regexp.MustCompile(`(?i)(src|href|action|url\()\s*=?\s*["']?(https?:)?//`).Find(page); address != nil {
		t.Errorf("the page names %q", address)
	}
}

// Nothing that a corpus is called becomes markup, and everything says what a program wrote.
func TestTextIsText(t *testing.T) {
	page, _ := write(t)
	if bytes.Contains(page, []byte("<script>alert")) {
		t.Error("a title became a script")
	}
	// The title, its heading, three labels' places, a fact, a paragraph, the citation.
	if n := bytes.Count(page, []byte(html.EscapeString("</script><script>alert(1)</script>"))); n < 8 {
		t.Errorf("the text stands %d times in the page", n)
	}
	text, err := block(page, "data")
	if err != nil {
		t.Fatal(err)
	}
	var d data
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	if d.Citation != unkind || d.Models[1].Label != unkind || d.Prompts[0] != unkind || !d.Hide {
		t.Errorf("the data changed: %+v", d)
	}
	for _, mark := range []string{"lo escribe un programa", "Corpus sintético", "el corpus es sintético", "se ven como «@…»"} {
		if !strings.Contains(string(page), mark) {
			t.Errorf("the page does not say %q", mark)
		}
	}
}
