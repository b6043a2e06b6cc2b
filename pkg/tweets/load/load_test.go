package load_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/hemiciclo/hemiciclo/pkg/tweets"
	"github.com/hemiciclo/hemiciclo/pkg/tweets/load"
	"github.com/hemiciclo/hemiciclo/pkg/tweets/parquet"
)

const accounts = "testdata/study/accounts.csv"

// rows are the steps' counts in their order.
func rows(r *tweets.Result) []int {
	var n []int
	for _, step := range r.Steps {
		n = append(n, step.Rows)
	}
	return n
}

func ids(r *tweets.Result) []string {
	var all []string
	for _, t := range r.Tweets {
		all = append(all, t.ID)
	}
	return all
}

// write puts a file into a new folder and returns its path.
func write(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func result(t *testing.T, o tweets.Options) *tweets.Result {
	t.Helper()
	if o.Accounts == "" {
		o.Accounts = accounts
	}
	result, err := load.Tweets(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func TestStudyTree(t *testing.T) {
	r := result(t, tweets.Options{Tweets: []string{"testdata/study"}, Days: 10})
	if got, want := rows(r), []int{12, 11, 8, 7, 6, 5, 4}; !slices.Equal(got, want) {
		t.Errorf("steps %v, want %v", got, want)
	}
	if got, want := ids(r), []string{"110", "101", "102", "108"}; !slices.Equal(got, want) {
		t.Fatalf("kept %v, want %v", got, want)
	}
	if want := time.Date(2020, 10, 13, 22, 15, 0, 0, time.UTC); !r.Newest.Equal(want) {
		t.Errorf("newest %v, want %v", r.Newest, want)
	}
	if r.Format != "json" || r.Files != 2 || len(r.Accounts) != 2 {
		t.Errorf("format %s, %d files, %d accounts", r.Format, r.Files, len(r.Accounts))
	}
	want := tweets.Tweet{
		ID: "101", ScreenName: "ana_faro", Nombre: "Ana Peñarrota", Cargo: "Senadora",
		Partido: "Partido del Faro", Coalicion: "Pacto del Puerto",
		Text:      "Hoy recorrimos el puerto con las familias https://t.co/AbC_123",
		TextClean: "Hoy recorrimos el puerto con las familias",
		Time:      time.Date(2020, 10, 12, 8, 0, 0, 0, time.UTC),
		Tokens:    7,
	}
	if got := r.Tweets[1]; !equal(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	// The account's own spelling, and the file's list of hashtags.
	if got := r.Tweets[2]; got.ScreenName != "ana_faro" || !slices.Equal(got.Hashtags, []string{"Puerto", "Faro"}) || !slices.Equal(got.Mentions, []string{"alguien"}) {
		t.Errorf("got %+v", got)
	}
	// Without a list they are found in the text.
	if got := r.Tweets[3]; !slices.Equal(got.Hashtags, []string{"agua", "mercancía"}) || !slices.Equal(got.Mentions, []string{"ana_faro", "otra"}) || got.Nombre != `Beto "Tito" Soto; hijo` {
		t.Errorf("got %+v", got)
	}
}

func TestNoWindow(t *testing.T) {
	r := result(t, tweets.Options{Tweets: []string{"testdata/study/tweets"}, MinTokens: -1})
	if got, want := rows(r), []int{12, 11, 8, 8, 7, 6, 6}; !slices.Equal(got, want) {
		t.Errorf("steps %v, want %v", got, want)
	}
}

// TestRtweet: the same CSV plain, compressed, in a zip, with CRLF and a mark.
func TestRtweet(t *testing.T) {
	data, err := os.ReadFile("testdata/rtweet/tweets.csv")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{
		"tweets.csv":     data,
		"bom.csv":        append([]byte("\ufeff"), data...),
		"tweets.csv.gz":  gzipped(t, data),
		"tweets.zip":     zipped(t, map[string][]byte{"dir/tweets.csv": data, "__MACOSX/tweets.csv": {1}, "leeme.txt": nil}),
		"semicolons.csv": bytes.ReplaceAll(bytes.ReplaceAll(data, []byte(","), []byte(";")), []byte("Hoy; en el puerto; con"), []byte("Hoy, en el puerto, con")),
	}
	for name, data := range files {
		r := result(t, tweets.Options{Tweets: []string{write(t, name, data)}, MaxMalformed: -1})
		if got, want := rows(r), []int{6, 5, 4, 4, 4, 3, 2}; !slices.Equal(got, want) {
			t.Errorf("%s: steps %v, want %v", name, got, want)
		}
		if got, want := ids(r), []string{"923050133415256061", "934874874526433300"}; !slices.Equal(got, want) {
			t.Errorf("%s: kept %v, want %v", name, got, want)
			continue
		}
		if got, want := r.Tweets[1].TextClean, "Hoy, en el puerto, con \"las familias\"\ny la gente del mar"; got != want {
			t.Errorf("%s: text %q, want %q", name, got, want)
		}
		if r.Format != "rtweet" {
			t.Errorf("%s: format %s", name, r.Format)
		}
	}
	crlf := bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n"))
	r := result(t, tweets.Options{Tweets: []string{write(t, "crlf.csv", crlf)}})
	if got := r.Tweets[1].TextClean; got != "Hoy, en el puerto, con \"las familias\"\r\ny la gente del mar" {
		t.Errorf("text %q", got)
	}
}

func TestArray(t *testing.T) {
	data := ` [
  {"id_str": "1", "created_at": "2020/10/12 08:00:00", "screen_name": "ana_faro",
   "text": "uno, dos [tres] {cuatro} \"cinco\" \\ seis", "hashtags": [{"text": "a"}], "mentions": [{"screen_name": "b"}]},
  7,
  {"id_str": "2", "created_at": "2020/10/12 08:00:00", "screen_name": "ana_faro", "text": "corto"}
]
`
	r := result(t, tweets.Options{Tweets: []string{write(t, "a.json", []byte(data))}, MaxMalformed: 0.5})
	if len(r.Tweets) != 1 || r.Tweets[0].TextClean != `uno, dos [tres] {cuatro} "cinco" \ seis` {
		t.Fatalf("got %+v", r.Tweets)
	}
	if got := r.Tweets[0]; !slices.Equal(got.Hashtags, []string{"a"}) || !slices.Equal(got.Mentions, []string{"b"}) {
		t.Errorf("got %+v", got)
	}
	if r.Rows(tweets.StepRead) != 2 || r.MalformedCount != 1 || r.Malformed[0].Line != 4 {
		t.Errorf("steps %v, malformed %v", r.Steps, r.Malformed)
	}
	for name, bad := range map[string]string{
		"cut off":           `[{"id_str": "1"},`,
		"something follows": `[] []`,
	} {
		_, err := load.Tweets(t.Context(), tweets.Options{Accounts: accounts, Tweets: []string{write(t, "a.json", []byte(bad))}})
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestColumns(t *testing.T) {
	columns := map[string]string{"id_str": "clave", "text": "texto"}
	line := `{"clave":"5","created_at":"2020-10-12T08:00:00-03:00","screen_name":"ana_faro","texto":"uno dos tres cuatro cinco seis","text":"no es este"}`
	csv := "clave,created_at,screen_name,texto\n5,2020-10-12T08:00:00-03:00,ana_faro,uno dos tres cuatro cinco seis\n"
	for name, data := range map[string]string{"a.jsonl": line, "a.csv": csv} {
		r := result(t, tweets.Options{Tweets: []string{write(t, name, []byte(data))}, Columns: columns})
		if len(r.Tweets) != 1 || r.Tweets[0].ID != "5" || r.Tweets[0].TextClean != "uno dos tres cuatro cinco seis" || r.Tweets[0].Time.Hour() != 11 {
			t.Errorf("%s: got %+v", name, r.Tweets)
		}
	}
	// One column may be both of our lists.
	both := tweets.Options{
		Tweets:  []string{write(t, "a.csv", []byte("id_str,created_at,screen_name,text,names\n5,2020-10-12T08:00:00Z,ana_faro,uno dos tres cuatro cinco seis,mar sol\n"))},
		Columns: map[string]string{"hashtags": "names", "mentions": "names"},
	}
	if r := result(t, both); !slices.Equal(r.Tweets[0].Hashtags, []string{"mar", "sol"}) || !slices.Equal(r.Tweets[0].Mentions, []string{"mar", "sol"}) {
		t.Errorf("of one column for both: %+v", r.Tweets[0])
	}
	for name, o := range map[string]tweets.Options{
		`no field is called "texto"`:  {Columns: map[string]string{"texto": "text"}},
		`cannot be the file's name`:   {Columns: map[string]string{"text": "a`b"}},
		`a.csv:1: no column for text`: {Columns: map[string]string{"id_str": "clave"}},
	} {
		o.Accounts, o.Tweets = accounts, []string{write(t, "a.csv", []byte(csv))}
		if _, err := load.Tweets(t.Context(), o); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("want %q, got %v", name, err)
		}
	}
}

// TestMalformed: each kind is reported where it stands, and sound records around
// it are read.
func TestMalformed(t *testing.T) {
	good := func(id int) string {
		return fmt.Sprintf(`{"created_at":"2020/10/12 08:00:00","id_str":"%d","screen_name":"ana_faro","text":"uno dos tres cuatro cinco seis"}`, id)
	}
	lines := []string{
		good(1),
		`{"created_at":"2020/10/12 08:00:00","id_str":"2","screen_name":"ana_faro","text":"sin fin`,
		`<b>` + "\x1b[31m",
		`{"created_at":"2020/10/12 08:00:00","screen_name":"ana_faro","text":"x"}`,
		`{"created_at":"ayer","id_str":"3","screen_name":"ana_faro","text":"x"}`,
		`{"created_at":"1970/01/01 00:00:00","id_str":"3","screen_name":"ana_faro","text":"x"}`,
		`{"created_at":"2020/10/12 08:00:00","id_str":"-3","screen_name":"ana_faro","text":"x"}`,
		`{"created_at":"2020/10/12 08:00:00","id_str":"3","screen_name":"ana_faro"}`,
		`{"created_at":"2020/10/12 08:00:00","id_str":"3","screen_name":"ana_faro","text":["x"]}`,
		`{"text":"` + "\xff\xfe" + `"}`,
		good(4),
	}
	path := write(t, "a.jsonl", []byte(strings.Join(lines, "\n")))
	r := result(t, tweets.Options{Tweets: []string{path}, MaxMalformed: 0.9})
	if got, want := ids(r), []string{"1", "4"}; !slices.Equal(got, want) {
		t.Errorf("kept %v, want %v", got, want)
	}
	var at []int
	for _, m := range r.Malformed {
		at = append(at, m.Line)
		if m.File != path || m.Err == "" || strings.Contains(m.String(), "\x1b") || !utf8.ValidString(m.String()) {
			t.Errorf("%q", m)
		}
	}
	if want := []int{2, 3, 4, 5, 6, 7, 8, 9, 10}; !slices.Equal(at, want) || r.MalformedCount != len(want) {
		t.Errorf("%d malformed at %v, want %v", r.MalformedCount, at, want)
	}
	r, err := load.Tweets(t.Context(), tweets.Options{Accounts: accounts, Tweets: []string{path}})
	if err == nil || !strings.Contains(err.Error(), "9 of 11 records") || !strings.Contains(err.Error(), "a.jsonl:2") {
		t.Errorf("over the share: %v", err)
	}
	if r == nil || r.MalformedCount != 9 {
		t.Error("the malformed records are not returned with the error")
	}
}

func TestMalformedCSV(t *testing.T) {
	data := `id,created_at,screen_name,text
1,2020-10-12T08:00:00Z,ana_faro,uno dos tres cuatro cinco seis
2,2020-10-12T08:00:00Z,ana_faro,una "comilla suelta
3,2020-10-12T08:00:00Z,ana_faro
4,2020-10-12T08:00:00Z,ana_faro,"dos
líneas" y algo
5,2020-10-12T08:00:00Z,ana_faro,uno dos tres cuatro cinco seis
6,2020-10-12T08:00:00Z,ana_faro,"sin cierre
7,2020-10-12T08:00:00Z,ana_faro,uno dos tres cuatro cinco seis
`
	r := result(t, tweets.Options{Tweets: []string{write(t, "a.csv", []byte(data))}, MaxMalformed: 0.9})
	if got, want := ids(r), []string{"1", "5", "7"}; !slices.Equal(got, want) {
		t.Errorf("kept %v, want %v", got, want)
	}
	var at []string
	for _, m := range r.Malformed {
		at = append(at, fmt.Sprintf("%d:%d", m.Line, m.Column))
	}
	// Line 6 is what is left of the record that began on line 5.
	if want := []string{"3:37", "4:0", "6:8", "6:7", "8:33"}; !slices.Equal(at, want) {
		t.Errorf("malformed at %v, want %v: %v", at, want, r.Malformed)
	}
}

func TestHopeless(t *testing.T) {
	path := write(t, "a.jsonl", bytes.Repeat([]byte("{}\n"), 20_000))
	_, err := load.Tweets(t.Context(), tweets.Options{Accounts: accounts, Tweets: []string{path}})
	if err == nil || !strings.Contains(err.Error(), "of the first 10000 records 10000") {
		t.Errorf("got %v", err)
	}
	r := result(t, tweets.Options{Tweets: []string{path}, MaxMalformed: 1})
	if r.MalformedCount != 20_000 || len(r.Malformed) != 100 {
		t.Errorf("%d malformed, %d kept", r.MalformedCount, len(r.Malformed))
	}
}

// TestWorkers: however many read, the first copy by file and line is kept, and
// the order is by time, then id.
func TestWorkers(t *testing.T) {
	dir := t.TempDir()
	for file := range 20 {
		var b strings.Builder
		for i := range 50 {
			id := (file*37 + i*11) % 400
			fmt.Fprintf(&b, `{"created_at":"2020/10/%02d 08:00:00","id_str":"%d","screen_name":"ana_faro","text":"del archivo %d en la línea %d"}`+"\n", 1+id%3, id, file, i)
		}
		path := filepath.Join(dir, fmt.Sprintf("%02d", file), "part.jsonl")
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	one := result(t, tweets.Options{Tweets: []string{dir}, Workers: 1})
	many := result(t, tweets.Options{Tweets: []string{dir}, Workers: 8})
	if !slices.EqualFunc(one.Tweets, many.Tweets, equal) || !slices.Equal(one.Steps, many.Steps) {
		t.Error("the result depends on the number of workers")
	}
	for i, tweet := range one.Tweets[1:] {
		before := one.Tweets[i]
		if before.Time.After(tweet.Time) || before.Time.Equal(tweet.Time) && (len(before.ID) > len(tweet.ID) || len(before.ID) == len(tweet.ID) && before.ID >= tweet.ID) {
			t.Fatalf("%s at %v comes before %s at %v", before.ID, before.Time, tweet.ID, tweet.Time)
		}
	}
	for _, tweet := range one.Tweets {
		if tweet.ID == "37" && tweet.Text != "del archivo 1 en la línea 0" {
			t.Errorf("kept %q of id 37", tweet.Text)
		}
	}
}

func TestProgress(t *testing.T) {
	var last tweets.Progress
	calls := 0
	result(t, tweets.Options{Tweets: []string{"testdata/study/tweets"}, Progress: func(p tweets.Progress) {
		if p.FilesDone < last.FilesDone || p.Bytes < last.Bytes || p.Rows < last.Rows || p.Bytes > p.BytesTotal {
			t.Errorf("%+v after %+v", p, last)
		}
		last = p
		calls++
	}})
	if calls < 2 || last.FilesDone != 2 || last.FilesTotal != 2 || last.Bytes != last.BytesTotal || last.Rows != 12 {
		t.Errorf("%d calls, at last %+v", calls, last)
	}
}

func TestCancel(t *testing.T) {
	path := write(t, "a.jsonl", bytes.Repeat([]byte("{}\n"), 5_000))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := load.Tweets(ctx, tweets.Options{Accounts: accounts, Tweets: []string{path}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// TestBadFiles: what is damaged, hostile or not there is an error that names it.
func TestBadFiles(t *testing.T) {
	data, err := os.ReadFile("testdata/rtweet/tweets.csv")
	if err != nil {
		t.Fatal(err)
	}
	whole := gzipped(t, data)
	var b bytes.Buffer
	archive := zip.NewWriter(&b)
	if _, err := archive.CreateRaw(&zip.FileHeader{Name: "a.csv", Flags: 1}); err != nil {
		t.Fatal(err)
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	encrypted := b.Bytes()
	for want, path := range map[string]string{
		"damaged or cut off":        write(t, "a.csv.gz", whole[:len(whole)-20]),
		"unpacks to more than":      write(t, "b.jsonl.gz", gzipped(t, append([]byte("{}\n"), bytes.Repeat([]byte(strings.Repeat(" ", 1<<16)+"\n"), 1700)...))),
		"no .jsonl, .ndjson":        write(t, "c.zip", zipped(t, map[string][]byte{"a.txt": nil})),
		"no column for id_str":      write(t, "d.csv", []byte("a,b\n1,2\n")),
		"UTF-16":                    write(t, "e.csv", []byte("i\x00d\x00")),
		"no tweet files in it":      t.TempDir(),
		"no such file":              "testdata/nothing.csv",
		"never closed":              write(t, "f.csv", []byte(`id,"text`)),
		"not UTF-8: convert":        write(t, "g.csv", []byte("id,created_at,screen_name,text\n1,2,3,a\xf1o\n")),
		"lines end in CR alone":     write(t, "i.csv", []byte("id,created_at,screen_name,text\r1,2020-10-12T08:00:00Z,ana_faro,\"a\"\r")),
		"two columns are called id": write(t, "j.csv", []byte("id,created_at,screen_name,text,id\n1,2020-10-12T08:00:00Z,ana_faro,a,2\n")),
		"the archive is empty":      write(t, "k.zip", zipped(t, nil)),
		"is encrypted":              write(t, "l.zip", encrypted),
		"damaged or cut off: fetch": write(t, "h.zip", []byte("PK\x03\x04 no zip")),
	} {
		_, err := load.Tweets(t.Context(), tweets.Options{Accounts: accounts, Tweets: []string{path}})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), filepath.Base(path)) {
			t.Errorf("%s: want %q, got %v", path, want, err)
		}
	}
	if _, err := load.Tweets(t.Context(), tweets.Options{Accounts: accounts}); err == nil {
		t.Error("no files are not an error")
	}
	if _, err := load.Tweets(t.Context(), tweets.Options{Accounts: "testdata/nothing", Tweets: []string{"testdata"}}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no accounts: %v", err)
	}
	for _, o := range []tweets.Options{{Days: -1}, {MaxMalformed: 2}} {
		o.Accounts, o.Tweets = accounts, []string{"testdata/rtweet"}
		if _, err := load.Tweets(t.Context(), o); err == nil {
			t.Errorf("%+v was accepted", o)
		}
	}
}

func TestLongLine(t *testing.T) {
	good := `{"created_at":"2020/10/12 08:00:00","id_str":"1","screen_name":"ana_faro","text":"uno dos tres cuatro cinco seis"}`
	long := `{"text":"` + strings.Repeat("a", 17<<20) + `"}`
	r := result(t, tweets.Options{Tweets: []string{write(t, "a.jsonl", []byte(long+"\n"+good))}, MaxMalformed: 0.5})
	if len(r.Tweets) != 1 || r.MalformedCount != 1 || r.Malformed[0].Line != 1 || !strings.Contains(r.Malformed[0].Err, "16 MiB") {
		t.Errorf("%d tweets, malformed %v", len(r.Tweets), r.Malformed)
	}
}

func TestEmptyFiles(t *testing.T) {
	for _, name := range []string{"a.csv", "a.jsonl", "a.jsonl.gz", "header.csv"} {
		var data []byte
		if strings.HasSuffix(name, ".gz") {
			data = gzipped(t, nil)
		}
		if name == "header.csv" {
			data = []byte("id,screen_name,text\n")
		}
		path := write(t, name, data)
		r := result(t, tweets.Options{Tweets: []string{"testdata/study", path}, Days: 500})
		if len(r.Tweets) != 5 || len(r.Steps) != 7 || !slices.Equal(r.Empty, []string{path}) {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

// TestFile: the file holds what Tweets returns and is what parquet.Write writes
// of it; nothing else is left in the folder.
func TestFile(t *testing.T) {
	o := tweets.Options{Accounts: accounts, Tweets: []string{"testdata/study"}, Days: 10}
	want := result(t, o)
	dir := t.TempDir()
	streamed, written := filepath.Join(dir, "streamed"), filepath.Join(dir, "written")
	got, err := load.File(t.Context(), o, streamed)
	if err != nil {
		t.Fatal(err)
	}
	if got.Tweets != nil || !slices.Equal(got.Steps, want.Steps) {
		t.Errorf("got %+v", got)
	}
	if err := parquet.Write(written, want.Tweets); err != nil {
		t.Fatal(err)
	}
	var files [2][]byte
	for i, path := range []string{streamed, written} {
		if files[i], err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(files[0], files[1]) {
		t.Error("File and parquet.Write write other bytes")
	}

	o.Tweets = []string{write(t, "a.jsonl", []byte("{}\n{}\n"))}
	bad, err := load.File(t.Context(), o, filepath.Join(dir, "bad"))
	if err == nil || bad == nil || bad.MalformedCount != 2 {
		t.Errorf("malformed records: %+v, %v", bad, err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 2 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
}

// TestDrops: every record that was read is kept or dropped for one reason, and
// there are examples of it.
func TestDrops(t *testing.T) {
	r := result(t, tweets.Options{Tweets: []string{"testdata/study"}, Days: 10})
	dropped := 0
	reasons := make(map[string]string)
	for _, d := range r.Drops {
		dropped += d.Rows
		if len(d.Examples) != min(d.Rows, 5) {
			t.Errorf("%d examples of %d dropped as %s", len(d.Examples), d.Rows, d.Reason)
		}
		for _, example := range d.Examples {
			reasons[example.ID] += d.Reason
			if example.Text == "" || example.ScreenName == "" || example.Time.IsZero() {
				t.Errorf("%s: %+v", d.Reason, example)
			}
		}
	}
	if dropped != r.Rows(tweets.StepRead)-len(r.Tweets) {
		t.Errorf("%d dropped, want %d", dropped, r.Rows(tweets.StepRead)-len(r.Tweets))
	}
	want := map[string]string{"101": "copy", "103": "retweet", "104": "quote", "105": "stranger", "106": "blank", "107": "short", "109": "outside", "111": "retweet"}
	if !maps.Equal(reasons, want) {
		t.Errorf("dropped %v, want %v", reasons, want)
	}
}

func ExampleTweets() {
	result, err := load.Tweets(context.Background(), tweets.Options{
		Accounts: "testdata/study/accounts.csv",
		Tweets:   []string{"testdata/study/tweets"},
		Days:     500,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, step := range result.Steps {
		fmt.Println(step.Name, step.Rows)
	}
	// Output:
	// read 12
	// distinct 11
	// original 8
	// window 8
	// joined 7
	// not_blank 6
	// min_tokens 5
}

func gzipped(t *testing.T, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zipped(t *testing.T, files map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	archive := zip.NewWriter(&b)
	for name, data := range files {
		w, err := archive.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
