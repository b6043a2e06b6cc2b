package spark_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/spark"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
	"github.com/hemiciclo/hemiciclo/pkg/tweets/parquet"
)

// standIn makes a shell script take the place of Spark's client, and returns the
// options of a load which it answers.
func standIn(t *testing.T, script string) spark.Options {
	t.Helper()
	dir := t.TempDir()
	program := filepath.Join(dir, "python")
	if err := os.WriteFile(program, []byte("#!/bin/sh\n"+script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv(spark.EnvPython, program)
	accounts := filepath.Join(dir, "accounts.csv")
	if err := os.WriteFile(accounts, []byte("screen_name;Partido;Coalicion\n@Ana;ABC;Uno\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return spark.Options{Remote: "sc://somewhere:15002", Corpus: tweets.Options{Accounts: accounts, Tweets: []string{"s3a://bucket/tweets"}}}
}

const answer = `{"result": {"files": 1, "read": 3, "malformed_count": 1, "rounded_ids": 1, "newest": 1602627300000, "kept": %d,
 "malformed": [{"file": "/a/b.jsonl", "line": 7, "code": "id", "about": "x\ny", "excerpt": "e8Ox/wE="}],
 "drops": {"copy": 1, "retweet": 0, "quote": 0, "outside": 0, "stranger": 1, "blank": 0, "short": 0},
 "examples": {"copy": [["5", 1602627300000, "ana", 0, "uno"]], "stranger": [["6", 1602627300000, "Eva", null, "dos"]]}}}`

func said(kept int) string {
	return "read request\n" + `printf '%s\n' '{"progress": {"stage": "read", "tasks_done": 1, "tasks": 2, "bytes": 5, "bytes_total": 9}}' ` +
		`'{"rows": [["5", 1602627300000, 0, "uno https://t.co/x", "uno", 1, ["a"], []]]}' '` +
		strings.ReplaceAll(fmt.Sprintf(answer, kept), "\n", "") + "'\n"
}

func TestLoad(t *testing.T) {
	o := standIn(t, said(1))
	o.Corpus.MaxMalformed = 0.5
	var last spark.Progress
	o.Progress = func(p spark.Progress) { last = p }
	path := filepath.Join(t.TempDir(), "tweets.parquet")
	result, err := spark.Load(t.Context(), o, path)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := parquet.Read(path)
	if err != nil || len(rows) != 1 {
		t.Fatalf("%v, %v", rows, err)
	}
	if r := rows[0]; r.ID != "5" || r.ScreenName != "Ana" || r.Partido != "ABC" || r.TextClean != "uno" || !slices.Equal(r.Hashtags, []string{"a"}) || !r.Time.Equal(result.Newest) {
		t.Errorf("row %+v", r)
	}
	if result.Rows(tweets.StepRead) != 3 || result.Rows(tweets.StepDistinct) != 2 || result.Rows(tweets.StepMinTokens) != 1 || result.RoundedIDs != 1 {
		t.Errorf("%+v", result)
	}
	if x := result.Drops[4].Examples; len(x) != 1 || x[0].ScreenName != "Eva" {
		t.Errorf("%+v", result.Drops)
	}
	if m := result.Malformed[0]; m.Line != 7 || m.Excerpt != `{ñ\xff\x01` || strings.Contains(m.Err, "\n") {
		t.Errorf("%+v", m)
	}
	if last.Rows != 1 || last.Bytes != 5 || last.BytesTotal != 9 || last.Tasks != 2 {
		t.Errorf("progress %+v", last)
	}
}

// TestLoadFails: whatever the client does, there is an error that says why, and no
// file.
func TestLoadFails(t *testing.T) {
	long := strings.Repeat("x", 40_000)
	for name, c := range map[string]struct {
		script string
		want   []string
	}{
		"malformed":  {said(1), []string{"1 of 4 records are malformed", "/a/b.jsonl:7"}},
		"rows lost":  {strings.Replace(said(2), `"malformed_count": 1`, `"malformed_count": 0`, 1), []string{"1 rows are left, 2 were counted and 1 have come"}},
		"account":    {"read request\n" + `echo '{"rows": [["5", 1, 9, "", "", 1, [], []]]}'`, []string{"account 9 of 1"}},
		"row":        {"read request\n" + `echo '{"rows": [["5", 1]]}'`, []string{"not understood"}},
		"nonsense":   {"read request\n" + `printf 'what\033[1m?\n'`, []string{"not understood", `what\x1b[1m?`}},
		"early end":  {"read request\necho 'No module named spam' >&2; exit 3", []string{"exit status 3", "No module named spam"}},
		"no reading": {"exec <&-\nexit 0", []string{"ended early"}},
		"server":     {"read request\n" + `printf '%s\n' '{"error": {"kind": "server", "message": "[DIVIDE]\nat\u001b line"}}'; exit 1`, []string{"Spark says: [DIVIDE]\nat\\x1b line"}},
		"long":       {"read request\n" + `printf '%s\n' '{"error": {"kind": "server", "message": "begin` + long + `end"}}'; exit 1`, []string{"begin", "end", "bytes left out"}},
		"no client":  {"read request\n" + `printf '%s\n' '{"error": {"kind": "setup", "message": "No module named grpc"}}'; exit 1`, []string{"scripts/setup --spark", "grpc"}},
	} {
		t.Run(name, func(t *testing.T) {
			o := standIn(t, c.script)
			path := filepath.Join(t.TempDir(), "tweets.parquet")
			_, err := spark.Load(t.Context(), o, path)
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q lacks %q", err, want)
				}
			}
			if len(err.Error()) > 33_000 {
				t.Errorf("an error of %d bytes", len(err.Error()))
			}
			if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*")); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

func TestLoadStops(t *testing.T) {
	// It ends by itself only when its input ends.
	o := standIn(t, "read request\n"+`printf '%s\n' '{"progress": {"stage": "read"}}'`+"\ncat >/dev/null; exit 130")
	ctx, cancel := context.WithCancel(t.Context())
	o.Progress = func(spark.Progress) { cancel() }
	start := time.Now()
	_, err := spark.Load(ctx, o, filepath.Join(t.TempDir(), "tweets.parquet"))
	if !errors.Is(err, context.Canceled) || time.Since(start) > 8*time.Second {
		t.Errorf("%v after %v", err, time.Since(start))
	}
}

// TestRefused: what cannot be done is said before anything is started.
func TestRefused(t *testing.T) {
	t.Setenv(spark.EnvRemote, "")
	for want, change := range map[string]func(*spark.Options){
		"sc://host:port":            func(o *spark.Options) { o.Remote = "" },
		"must be sc://":             func(o *spark.Options) { o.Remote = "local[2]" },
		"one folder":                func(o *spark.Options) { o.Corpus.Tweets = nil },
		`format = "rtweet"`:         func(o *spark.Options) { o.Corpus.Format = tweets.FormatRtweet },
		`timezone = "Asia/Tokyo"`:   func(o *spark.Options) { o.Corpus.TimeZone = "Asia/Tokyo" },
		"languages: the Spark":      func(o *spark.Options) { o.Corpus.Languages = []string{"es"} },
		"drop_authorless: the":      func(o *spark.Options) { o.Corpus.DropAuthorless = true },
		"near_copies: the Spark":    func(o *spark.Options) { o.Corpus.NearCopies = true },
		"[cleaning]: the Spark":     func(o *spark.Options) { o.Corpus.Cleaning.Entities = true },
		`columns: "lang": the`:      func(o *spark.Options) { o.Corpus.Columns = map[string]string{"lang": "x"} },
		"cannot be the file's name": func(o *spark.Options) { o.Corpus.Columns = map[string]string{"text": "a`b"} },
		"two fields cannot":         func(o *spark.Options) { o.Corpus.Columns = map[string]string{"text": "hashtags"} },
		"date window":               func(o *spark.Options) { o.Corpus.Days = -1 },
		"scripts/setup --spark":     func(*spark.Options) { t.Setenv(spark.EnvPython, filepath.Join(t.TempDir(), "none")) },
	} {
		o := standIn(t, "exit 1")
		change(&o)
		if _, err := spark.Load(t.Context(), o, filepath.Join(t.TempDir(), "x.parquet")); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}
