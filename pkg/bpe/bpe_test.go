package bpe_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/hemiciclo/hemiciclo/pkg/bpe"
)

// Everything in testdata comes from Hugging Face's tokenizers: see
// scripts/fixtures/bpe.py.

func readJSON(t testing.TB, path string, v any) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, v); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

func load(t testing.TB) *bpe.Tokenizer {
	t.Helper()
	tok, err := bpe.Load(filepath.Join(bpe.TestdataDir(), "tokenizer"))
	if err != nil {
		t.Fatal(err)
	}
	return tok
}

func TestEncodeAndDecodeAsHuggingFace(t *testing.T) {
	var golden struct {
		Encode []struct {
			Text string
			IDs  []int32
		}
		Decode []struct {
			IDs      []int32
			Text     string
			TextOnly string `json:"text_only"`
		}
	}
	readJSON(t, filepath.Join(bpe.TestdataDir(), "strings.json"), &golden)
	tok := load(t)
	var ids [][]int32
	for _, c := range golden.Encode {
		ids = append(ids, tok.Encode(c.Text))
		for range 2 { // once more from the cache
			if got := tok.Encode(c.Text); !slices.Equal(got, c.IDs) {
				t.Errorf("Encode(%q) = %v, want %v", c.Text, got, c.IDs)
			}
		}
		if got := tok.Decode(c.IDs); got != c.Text {
			t.Errorf("Decode(Encode(%q)) = %q", c.Text, got)
		}
		var raw strings.Builder
		for _, id := range c.IDs {
			raw.WriteString(tok.Bytes(id))
		}
		if raw.String() != c.Text {
			t.Errorf("the tokens of %q stand for %q", c.Text, raw.String())
		}
	}
	for _, c := range golden.Decode {
		if got := tok.Decode(c.IDs); got != c.Text {
			t.Errorf("Decode(%v) = %q, want %q", c.IDs, got, c.Text)
		}
		if got := tok.DecodeText(c.IDs); got != c.TextOnly {
			t.Errorf("DecodeText(%v) = %q, want %q", c.IDs, got, c.TextOnly)
		}
	}
	keepForHuggingFace(t, tok, ids)
}

// keepForHuggingFace saves the tokenizer and its ids where
// scripts/fixtures/check_tokenizer.py asks for them, to load them in transformers.
func keepForHuggingFace(t *testing.T, tok *bpe.Tokenizer, ids [][]int32) {
	dir := os.Getenv("HEMICICLO_BPE_SAVED")
	if dir == "" {
		return
	}
	if err := tok.Save(dir); err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(ids)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "ids.json"), data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// A tokenizer.json by itself is as much as a folder: its tokens are the same, and it is
// written again byte for byte.
func TestReadAndWrite(t *testing.T) {
	tok := load(t)
	var file, again bytes.Buffer
	if err := tok.Write(&file); err != nil {
		t.Fatal(err)
	}
	written := slices.Clone(file.Bytes())
	read, err := bpe.Read(&file)
	if err != nil {
		t.Fatal(err)
	}
	if err := read.Write(&again); err != nil {
		t.Fatal(err)
	}
	text := "El consejo vecinal <s> aprobó una plaza</s> 😀"
	if !slices.Equal(read.Encode(text), tok.Encode(text)) || !bytes.Equal(written, again.Bytes()) {
		t.Error("the tokenizer changed on the way")
	}
	if _, err := bpe.Read(bytes.NewReader(written[:len(written)/2])); err == nil {
		t.Error("half a file was read")
	}
}

// What Save writes is what Hugging Face's library wrote, and loads alike from
// tokenizer.json and from vocab.json with merges.txt.
func TestSaveWritesHuggingFaceFiles(t *testing.T) {
	tok := load(t)
	dir := t.TempDir()
	if err := tok.Save(dir); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"vocab.json", "merges.txt"} {
		got, _ := os.ReadFile(filepath.Join(dir, name))
		want, _ := os.ReadFile(filepath.Join(bpe.TestdataDir(), "tokenizer", name))
		if !bytes.Equal(got, want) {
			t.Errorf("%s is not byte for byte Hugging Face's", name)
		}
	}
	text := "El consejo vecinal <s> aprobó una plaza</s>"
	want := tok.Encode(text)
	for _, drop := range []string{"", "tokenizer.json", "special_tokens_map.json", "tokenizer_config.json"} {
		if drop != "" {
			if err := os.Remove(filepath.Join(dir, drop)); err != nil {
				t.Fatal(err)
			}
		}
		again, err := bpe.Load(dir)
		if err != nil {
			t.Fatalf("without %s: %v", drop, err)
		}
		if got := again.Encode(text); !slices.Equal(got, want) {
			t.Errorf("without %s: %v, want %v", drop, got, want)
		}
		eos, _ := again.EOS()
		bos, _ := again.BOS()
		pad, ok := again.Pad()
		if eos != 2 || bos != 0 || pad != 1 || !ok || !again.IsSpecial(2) {
			t.Errorf("without %s: bos %d, eos %d, pad %d", drop, bos, eos, pad)
		}
	}
}

func TestSpecialTokensMayTakeBlanksAndNeedWords(t *testing.T) {
	dir := t.TempDir()
	data, err := os.ReadFile(filepath.Join(bpe.TestdataDir(), "tokenizer", "tokenizer.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file map[string]any
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	added := file["added_tokens"].([]any)
	added[0].(map[string]any)["lstrip"] = true
	added[1].(map[string]any)["rstrip"] = true
	added[2].(map[string]any)["single_word"] = true
	file["added_tokens"] = append(added, map[string]any{"id": 600, "content": "<s> <s>", "special": false})
	data, err = json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "tokenizer.json"), data, 0o666); err != nil {
		t.Fatal(err)
	}
	tok, err := bpe.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"a  <s>b":       "a|<s>|b",
		"a<pad>  b":     "a|<pad>|b",
		". </s> <pad>a": ".| |</s>| |<pad>|a",
		"<pad> <s>":     "<pad>|<s>",
		"<s> <s>":       "<s> <s>",
		" <s> <s><s> a": " |<s> <s>|<s>| a",
	} {
		var got []string
		for _, id := range tok.Encode(text) {
			got = append(got, tok.Decode([]int32{id}))
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%q is cut into %q, want %s", text, got, want)
		}
	}
	if end, _ := tok.EOS(); slices.Contains(tok.Encode("fin</s>"), end) {
		t.Error("</s> touches a letter and was still taken as the end")
	}
}

// A long text without a blank is one word: its cost must not grow with the
// square of its length, which would here take hours.
func TestLongWords(t *testing.T) {
	tok := load(t)
	for _, piece := range []string{"a", "construyendo", "ñ", " ", "\n", "12", "<"} {
		text := strings.Repeat(piece, (1<<20)/len(piece))
		if got := tok.Decode(tok.Encode(text)); got != text {
			t.Errorf("1 MB of %q does not come back", piece)
		}
	}
}

func TestEncodeFromManyGoroutines(t *testing.T) {
	tok, alone := load(t), load(t)
	texts := []string{"la alcaldesa inauguró una plaza", "¿y ahora qué? 18:30 😀", "el consejo vecinal <s> no hubo quórum"}
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			text := strings.Repeat(texts[i%len(texts)]+" ", 50)
			if got := tok.Encode(text); !slices.Equal(got, alone.Encode(text)) {
				t.Errorf("%q is encoded otherwise when others encode too", texts[i%len(texts)])
			}
		})
	}
	wait.Wait()
}

// mergesOf are those of tokenizer.json, the last in it.
var mergesOf = regexp.MustCompile(`(?s)"merges": \[.*\]`)

// TestBytesAlone: a vocabulary of bytes and special tokens needs no merges.
func TestBytesAlone(t *testing.T) {
	tok, err := bpe.Train(t.Context(), slices.Values([]string{"a"}), bpe.TrainOptions{VocabSize: 257, SpecialTokens: []string{"<s>"}})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := tok.Save(dir); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		again, err := bpe.Load(dir)
		if err != nil || again.VocabSize() != 257 || again.Decode(again.Encode("ñ<s>")) != "ñ<s>" {
			t.Fatalf("read back: %v", err)
		}
		if err := os.RemoveAll(filepath.Join(dir, "tokenizer.json")); err != nil { // then from the pair
			t.Fatal(err)
		}
	}
}

func TestBrokenFilesAreErrors(t *testing.T) {
	good := map[string]string{}
	for _, name := range []string{"vocab.json", "merges.txt", "tokenizer.json"} {
		data, err := os.ReadFile(filepath.Join(bpe.TestdataDir(), "tokenizer", name))
		if err != nil {
			t.Fatal(err)
		}
		good[name] = string(data)
	}
	edit := func(name, old, new string) map[string]string {
		if !strings.Contains(good[name], old) {
			t.Fatalf("%s does not contain %q", name, old)
		}
		return map[string]string{name: strings.Replace(good[name], old, new, 1)}
	}
	both := func(files map[string]string) map[string]string {
		for _, name := range []string{"vocab.json", "merges.txt"} {
			if _, given := files[name]; !given {
				files[name] = good[name]
			}
		}
		return files
	}
	for name, c := range map[string]struct {
		files map[string]string
		says  string
	}{
		"empty folder":      {nil, "neither tokenizer.json nor vocab.json"},
		"no merges":         {map[string]string{"vocab.json": good["vocab.json"]}, "merges.txt"},
		"emptied merges":    {both(map[string]string{"merges.txt": ""}), "merges.txt: there are no merges"},
		"version alone":     {both(map[string]string{"merges.txt": "#version: 0.2\n"}), "merges.txt: there are no merges"},
		"merges emptied":    {map[string]string{"tokenizer.json": mergesOf.ReplaceAllString(good["tokenizer.json"], `"merges": []`)}, "tokenizer.json: there are no merges"},
		"token twice":       {both(edit("vocab.json", `"#":5`, `"#":5,"\u0023":7000`)), `vocab.json: token "#" stands twice`},
		"token twice in it": {edit("tokenizer.json", `"vocab": {`, `"vocab": {"#": 7000,`), `tokenizer.json: token "#" stands twice`},
		"cut vocabulary":    {both(map[string]string{"vocab.json": good["vocab.json"][:500]}), "vocab.json"},
		"not byte-level":    {both(edit("vocab.json", `"Ġ":`, `"x-x":`)), `lacks "Ġ"`},
		"same id twice":     {both(edit("vocab.json", `"#":5`, `"#":4`)), "same id"},
		"negative id":       {both(edit("vocab.json", `"#":5`, `"#":-5`)), "ids go from 0"},
		"huge id":           {both(edit("vocab.json", `"#":5`, `"#":2000000000`)), "ids go from 0"},
		"merge of one":      {both(map[string]string{"merges.txt": good["merges.txt"] + "solo\n"}), "line 268"},
		"unknown merge":     {both(map[string]string{"merges.txt": "zz qq\n"}), "do not belong together"},
		"WordPiece":         {edit("tokenizer.json", `"type": "BPE"`, `"type": "WordPiece"`), "WordPiece"},
		"other splitter":    {edit("tokenizer.json", `"type": "ByteLevel"`, `"type": "Whitespace"`), "pre-tokenizer"},
		"other decoder":     {edit("tokenizer.json", "\"decoder\": {\n    \"type\": \"ByteLevel\"", "\"decoder\": {\n    \"type\": \"WordPiece\""), "WordPiece"},
		"dropout":           {edit("tokenizer.json", `"dropout": null`, `"dropout": 0.1`), "dropout of 0.1"},
		"merge of three":    {edit("tokenizer.json", "\"merges\": [\n      [", "\"merges\": [\n      [\"x\","), "two tokens"},
		"not JSON":          {map[string]string{"tokenizer.json": "<html>"}, "tokenizer.json"},
		"wrong roles":       {both(map[string]string{"special_tokens_map.json": `{"eos_token": 3}`}), "special_tokens_map.json"},
		"empty added token": {edit("tokenizer.json", `"content": "<s>"`, `"content": ""`), "empty"},
	} {
		dir := t.TempDir()
		for file, text := range c.files {
			if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		_, err := bpe.Load(dir)
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v, want one that says %q", name, err, c.says)
		}
	}
}

func TestTrainStopsWhenToldAndRefusesWhatCannotBe(t *testing.T) {
	if _, err := bpe.Train(t.Context(), slices.Values([]string{"a"}), bpe.TrainOptions{VocabSize: 100}); err == nil {
		t.Error("a vocabulary smaller than the 256 bytes was made")
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	texts := func(yield func(string) bool) {
		for i := 0; yield("una y otra vez"); i++ {
			if i == 5000 {
				cancel()
			}
		}
	}
	if _, err := bpe.Train(ctx, texts, bpe.TrainOptions{}); err == nil {
		t.Error("training went on after it was told to stop")
	}
}

func FuzzRoundTrip(f *testing.F) {
	for _, s := range []string{"", "hola  mundo\n", "<s>a</s>", "\xff\xc3", "don't 12 ñ😀", " \u00a0 x", "a b <s> c d"} {
		f.Add(s)
	}
	tok := load(f)
	f.Fuzz(func(t *testing.T, s string) {
		ids := tok.Encode(s)
		var pieced []int32
		for _, piece := range tok.Pieces(s, 0) {
			pieced = tok.Append(pieced, piece)
		}
		if !slices.Equal(pieced, ids) {
			t.Errorf("%q gives %v, its pieces %v", s, ids, pieced)
		}
		got := tok.Decode(ids)
		if utf8.ValidString(s) && got != s {
			t.Errorf("%q comes back as %q", s, got)
		}
		if !utf8.ValidString(got) {
			t.Errorf("%q decodes to %q, which is not UTF-8", s, got)
		}
	})
}
