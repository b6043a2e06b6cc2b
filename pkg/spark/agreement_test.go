//go:build spark

// These tests need a Spark Connect server: scripts/test --full starts one and runs
// them with the tag spark and its address in SPARK_REMOTE.

package spark_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/demo"
	"github.com/hemiciclo/hemiciclo/pkg/spark"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
	"github.com/hemiciclo/hemiciclo/pkg/tweets/load"
	"github.com/hemiciclo/hemiciclo/pkg/tweets/parquet"
)

// bothEngines loads a corpus with both, holds the results against each other and
// returns that of Spark.
func bothEngines(t *testing.T, dir string, o tweets.Options) *tweets.Result {
	t.Helper()
	o.Accounts, o.Tweets = filepath.Join(dir, "accounts.csv"), []string{filepath.Join(dir, "tweets")}
	ours, theirs := filepath.Join(t.TempDir(), "ours.parquet"), filepath.Join(t.TempDir(), "theirs.parquet")
	want, err := load.File(t.Context(), o, ours)
	if err != nil {
		t.Fatal(err)
	}
	got, err := spark.Load(t.Context(), onSpark(dir, o), theirs)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got.Steps, want.Steps) {
		t.Errorf("steps %v, want %v", got.Steps, want.Steps)
	}
	if !got.Newest.Equal(want.Newest) || got.Format != want.Format || got.RoundedIDs != want.RoundedIDs || got.Files != want.Files || !slices.Equal(got.Accounts, want.Accounts) {
		t.Errorf("newest %v, format %s, %d files; want %v, %s, %d", got.Newest, got.Format, got.Files, want.Newest, want.Format, want.Files)
	}
	for i, drop := range want.Drops {
		if g := got.Drops[i]; g.Step != drop.Step || g.Reason != drop.Reason || g.Rows != drop.Rows || len(g.Examples) != len(drop.Examples) {
			t.Errorf("dropped %+v, want %+v", g, drop)
		}
	}
	if got.MalformedCount != want.MalformedCount || len(got.Malformed) != len(want.Malformed) {
		t.Errorf("%d malformed, want %d", got.MalformedCount, want.MalformedCount)
	}
	for i := range min(len(got.Malformed), len(want.Malformed)) {
		g, w := got.Malformed[i], want.Malformed[i]
		if g.File != w.File || g.Line != w.Line || g.Excerpt != w.Excerpt {
			t.Errorf("malformed\n%v\nwant\n%v", g, w)
		}
	}
	sameRows(t, theirs, ours)
	return got
}

func onSpark(dir string, o tweets.Options) spark.Options {
	o.Accounts, o.Tweets = filepath.Join(dir, "accounts.csv"), []string{spark.SharedPath(filepath.Join(dir, "tweets"))}
	return spark.Options{Corpus: o}
}

// sameRows fails unless two Parquet files are the same, byte for byte; it says in
// which row they begin to differ.
func sameRows(t *testing.T, got, want string) {
	t.Helper()
	gotBytes, err := os.ReadFile(got)
	if err != nil {
		t.Fatal(err)
	}
	wantBytes, err := os.ReadFile(want)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(gotBytes, wantBytes) {
		return
	}
	gotRows, err := parquet.Read(got)
	if err != nil {
		t.Fatal(err)
	}
	wantRows, err := parquet.Read(want)
	if err != nil {
		t.Fatal(err)
	}
	t.Errorf("the files differ: %d rows, want %d", len(gotRows), len(wantRows))
	for i := range min(len(gotRows), len(wantRows)) {
		if g, w := fmt.Sprintf("%#v", gotRows[i]), fmt.Sprintf("%#v", wantRows[i]); g != w {
			t.Fatalf("row %d\n%s\nwant\n%s", i, g, w)
		}
	}
}

func TestDemo(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a corpus [with] a name")
	counts, err := demo.Write(dir, demo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	// Records without an author are malformed here: the Spark engine cannot drop them.
	result := bothEngines(t, dir, tweets.Options{Days: 500, MaxMalformed: 0.01})
	if result.MalformedCount == 0 {
		t.Error("no record is malformed")
	}
	if got := result.Rows(tweets.StepMinTokens); got != counts.MinTokens || got == 0 {
		t.Errorf("%d rows, want %d", got, counts.MinTokens)
	}
}

// record is a line of JSON with what it says in place of a sound record's fields.
func record(id string, fields ...string) string {
	all := []string{
		`"created_at":"2020/10/13 22:15:00"`, `"screen_name":"Ana"`, `"text":"uno dos tres cuatro cinco seis"`,
		`"quoted_text":""`, `"retweeted_text":""`, `"hashtags":[]`, `"mentions":[]`,
	}
	for _, field := range fields {
		name, _, _ := strings.Cut(field, ":")
		all = slices.DeleteFunc(all, func(f string) bool { return strings.HasPrefix(f, name+":") })
		if !strings.HasSuffix(field, ":") { // else the record has no such field
			all = append(all, field)
		}
	}
	return `{"id_str":` + id + "," + strings.Join(all, ",") + "}"
}

// TestHardCases: what real files hold now and then.
func TestHardCases(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "accounts.csv"), "screen_name;Nombre;Cargo;Partido;Coalicion\nAna;Ana Ñ;Senadora;ABC;Uno\nBruno_X;Bruno;;DEF;Dos\n")
	id := 1000
	next := func(fields ...string) string {
		id++
		return record(fmt.Sprintf(`"%d"`, id), fields...)
	}
	var lines []string
	for _, spelt := range []string{
		`"0012"`, `12`, `"x345"`, `"9.2305013341525606e+17"`, `9.2305013341525606E17`, `"934575503259906e3"`, `"120e-1"`, `1.50e1`, `"18446744073709551615"`,
		`"18446744073709551616"`, `"1.5"`, `"-1"`, `""`, `null`, `true`, `"1e41"`, `"12a"`, `" 12"`, `"9345755E+2"`, `"9.3457550000E+12"`, `"0e5"`, `"1e2"`, `"1.23457E+18"`, `[1]`, `{"a":1}`, `"."`, `"e5"`, `"0.0e5"`, `"1e"`,
	} {
		lines = append(lines, record(spelt))
	}
	for _, date := range []string{
		`"2020-10-13T22:15:30Z"`, `"2020-10-13T19:15:30-03:00"`, `"2020-10-13 22:15:31"`, `"Tue Oct 13 22:15:32 +0000 2020"`, `"tue oct 13 22:15:33 -0300 2020"`,
		`"2020-10-13T22:15:34.567Z"`, `"2020/10/13 9:15:35"`, `"2020/10/13 22:15:36.25"`, `"2020-10-13T22:15:37.1234567+05:30"`,
		`"2020-10-13 22:15:38 UTC"`, `"2020-10-13 22:15:39+03:00"`, `"2020-10-13 22:15:40Z"`, `"2020-10-13 22:15:41 -0300"`, `"2020-10-13T22:15:42"`,
		`"2020-10-13T22:15:43-0300"`, `"2020-10-13T22:15:44.5Z"`, `"Tue, 13 Oct 2020 22:15:45 -0300"`, `"1602627346"`, `"1602627347123"`, `" 2020/10/13 22:15:48\u00a0"`,
		`"2020-10-13 22:15:49+00"`, `"2020-10-13 22:15:50.25-03"`, `"2020-10-13 22:15:51 -03"`, `"2020-10-13T22:15:52+00"`, `"2020-10-13T22:15:53 +00"`, `"2020-10-13 22:15:54+3"`,
		`"2020/10/13 22:15:00 UTC"`, `"2020/10/13 22:15:00Z"`, `"2020-10-13 22:15:00-0300"`, `"2020-10-13T22:15:00 -0300"`, `"160262734"`, `"-602627346"`, `"1602627346.5"`,
		`"2020-10-13"`, `"2020/02/30 10:00:00"`, `"2020/13/10 22:15:30"`, `"1969/01/01 00:00:00"`, `"2020/10/13 24:00:00"`, `"2020/10/13 10:60:00"`, `"2020/10/13 10:00:60"`,
		`""`, `null`, `5`, `"2020-10-13T22:15:30"`, `"Xyz Oct 13 22:15:32 +0000 2020"`, `"2020/10/13 22:15:00 "`, `"9999/01/01 00:00:00"`,
	} {
		lines = append(lines, next(`"created_at":`+date))
	}
	for _, name := range []string{`"@ana"`, `" ANA "`, `"bruno_x"`, `"nadie"`, `""`, `null`, `5`, `["Ana"]`, `"@@ana"`, `"\u00a0Ana"`} {
		lines = append(lines, next(`"screen_name":`+name))
	}
	for _, text := range []string{
		`"a b c d e https://t.co/x f"`, `"https://t.co/abc http://t.co/ "`, `"uno  dos\ttres\ncuatro cinco"`, `"\u00a0uno dos tres\u00a0cuatro cinco seis\u3000"`,
		`"emoji \ud83d\ude00 uno dos tres cuatro cinco"`, `"half \ud83d uno dos tres cuatro cinco"`, `"low \ude00 uno dos tres cuatro cinco"`,
		`"two \ud83d\ud83d\ude00 uno dos tres cuatro"`, `"no escape \\ud83d uno dos tres cuatro cinco"`, `"odd \\\ud83d uno dos tres cuatro cinco"`,
		`"httphttps://t.co/z uno dos tres cuatro cinco"`, `"https://t.co/ahttps://t.co/b uno dos tres cuatro cinco"`, `"HTTPS://t.co/a uno dos tres cuatro cinco"`,
		`"#Uno,#dos_2 #ñandú! correo@x.cl @ana: ##tres uno"`, `"&amp; &lt; uno dos tres cuatro"`, `"\u0000 uno dos tres cuatro cinco seis"`, `"\u0085uno dos tres cuatro cinco"`,
		`""`, `null`, `5`, `{}`, `[]`, `"uno dos tres cuatro cinco"`, `"\/uno\b\f dos tres cuatro cinco"`,
	} {
		lines = append(lines, next(`"text":`+text), next(`"text":`+text, `"hashtags":`, `"mentions":`))
	}
	lines = append(lines, next(`"text":`))
	for _, list := range []string{
		`["Uno","#dos","##"]`, `null`, `[]`, `[null,"a"]`, `[{"text":"Tres"},{"screen_name":"cuatro"},{"x":1}]`, `[1,2]`, `"uno"`, `{}`, `["a",{"text":"b"}]`,
		`[{"text":"a","indices":[1,2]},{"text":""}]`, `[[1]]`, `5`, `[null]`,
	} {
		lines = append(lines, next(`"hashtags":`+list, `"mentions":`+list))
	}
	for _, other := range []string{`"otro"`, `null`, `5`, `" "`, `{"a":"b"}`} {
		lines = append(lines, next(`"quoted_text":`+other), next(`"retweeted_text":`+other), next(`"quoted_text":"x"`, `"retweeted_text":`+other))
	}
	good := next()
	lines = append(lines,
		"", " \t", "\u00a0", good+"\r", "  "+next()+"\u00a0", "\u00a0"+next(),
		next()+"x", next()+next(), next()+","+next(), "["+next()+"]", "5", `"text"`, "null", "{}", "}", "{'id_str':'5'}",
		next(`"NLP_FEATURES":{"a":[1,{"b":NaN}]}`), next(`"NLP_FEATURES":{"a":[1,{"b":-1.5e-7}]}`), next(`"NLP_FEATURES":{"a":[1,}`), next(`"NLP_FEATURES":{"a":01}`),
		next(`"text":"a`+"\x01"+` uno dos tres cuatro cinco"`), next(`"text":"a`+"\xff"+` uno dos tres cuatro cinco"`), next(`"text":"\x uno dos tres cuatro cinco"`),
		strings.TrimSuffix(next(), "}"), next()[:40], next(`"Text":"x"`, `"ID_STR":5`), next(`"text":"first"`, `"again":1`)[1:],
		`{"text":"no","text":"the last of two uno dos tres",`+next()[1:],
	)
	write(t, filepath.Join(dir, "tweets", "a", "2.jsonl"), strings.Join(lines, "\n")) // without a line end
	// Copies: the first by names, not by characters: a/ before a-b/, though '-' is before '/'.
	write(t, filepath.Join(dir, "tweets", "a-b", "1.json"), "\ufeff"+copyOf(good, "segunda")+"\n"+copyOf(good, "tercera")+"\n")
	for i, name := range []string{"b b/x.jsonl", "b+b/x.jsonl", "b%20b/x.jsonl", "bñ/x.jsonl", "bz/x.ndjson", "B/x.jsonl", "10/x.jsonl", "9/x.jsonl"} {
		path := filepath.Join(dir, "tweets", "c", name)
		write(t, path, record(`"77"`, fmt.Sprintf(`"text":"copia número %d uno dos tres cuatro"`, i))+"\n"+record(`"77.0"`)+"\n"+next()+"\n")
	}
	var packed bytes.Buffer
	zipped := gzip.NewWriter(&packed)
	_, _ = zipped.Write([]byte(next() + "\n\n" + next() + "\nbroken\n"))
	_ = zipped.Close()
	write(t, filepath.Join(dir, "tweets", "z.JSONL.gz"), packed.String())
	write(t, filepath.Join(dir, "tweets", "_hidden.jsonl"), "no")
	write(t, filepath.Join(dir, "tweets", ".hidden", "x.jsonl"), "no")
	write(t, filepath.Join(dir, "tweets", "notes.txt"), "no")

	result := bothEngines(t, dir, tweets.Options{MaxMalformed: 1})
	if result.MalformedCount < 50 || result.Rows(tweets.StepMinTokens) < 50 {
		t.Errorf("%d malformed, %v", result.MalformedCount, result.Steps)
	}
	from, to := time.Date(2020, 10, 13, 22, 15, 0, 1, time.UTC), time.Date(2020, 10, 13, 22, 15, 40, 0, time.UTC)
	bothEngines(t, dir, tweets.Options{MaxMalformed: 1, From: from, To: to, Days: 1, MinTokens: -1, Columns: map[string]string{"hashtags": "mentions", "mentions": "hashtags"}})

	// One too many.
	path := filepath.Join(t.TempDir(), "none.parquet")
	bad, err := spark.Load(t.Context(), onSpark(dir, tweets.Options{MaxMalformed: 0.1}), path)
	if err == nil || !strings.Contains(err.Error(), "more than the share of 0.1") || bad == nil || len(bad.Malformed) == 0 {
		t.Errorf("error %v", err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file after a failed load: %v", err)
	}
}

func copyOf(line, text string) string {
	return strings.Replace(line, "uno dos", text+" uno dos", 1)
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestErrors: each names the mend, or says all that the server said.
func TestErrors(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "accounts.csv"), "screen_name;Partido;Coalicion\nAna;ABC;Uno\n")
	write(t, filepath.Join(dir, "tweets", "x.jsonl"), record(`"1"`)+"\n")
	load := func(change func(*spark.Options)) error {
		o := onSpark(dir, tweets.Options{})
		change(&o)
		_, err := spark.Load(t.Context(), o, filepath.Join(t.TempDir(), "none.parquet"))
		return err
	}
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := closed.Addr().String()
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func(*spark.Options)
		want   []string
	}{
		"no server":  {func(o *spark.Options) { o.Remote = "sc://" + address + "/;user_id=hush" }, []string{"no Spark Connect server answers at sc://" + address + "/ within", "scripts/spark start"}},
		"no address": {func(o *spark.Options) { o.Remote = "sc://" }, []string{"remote = sc://"}},
		"no folder":  {func(o *spark.Options) { o.Corpus.Tweets[0] += "x" }, []string{"Spark says", "PATH_NOT_FOUND", filepath.Join(dir, "tweets") + "x"}},
		"no scheme":  {func(o *spark.Options) { o.Corpus.Tweets[0] = "nowhere://x/y" }, []string{"Spark says", "nowhere"}},
		"no tweets":  {func(o *spark.Options) { o.Corpus.Tweets[0] = spark.SharedPath(filepath.Join(dir, "accounts.csv")) }, []string{"reads JSON lines only", "engine = \"embedded\""}},
	} {
		t.Run(name, func(t *testing.T) {
			err := load(c.change)
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %v\nlacks %q", err, want)
				}
			}
			if strings.Contains(err.Error(), "hush") {
				t.Errorf("error shows what follows the address: %v", err)
			}
		})
	}
}

// TestInterrupted: the end of the context ends the work, soon.
func TestInterrupted(t *testing.T) {
	dir := t.TempDir()
	if _, err := demo.Write(dir, demo.Options{}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	o := onSpark(dir, tweets.Options{MaxMalformed: 0.01})
	o.Progress = func(spark.Progress) { cancel() }
	start := time.Now()
	_, err := spark.Load(ctx, o, filepath.Join(dir, "none.parquet"))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if took := time.Since(start); took > 2*time.Minute {
		t.Errorf("took %v", took)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if strings.Contains(entry.Name(), ".parquet") {
			t.Errorf("left behind: %s", entry.Name())
		}
	}
}
