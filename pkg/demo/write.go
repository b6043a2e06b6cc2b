package demo

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-json"

	"github.com/hemiciclo/hemiciclo/pkg/home"
)

// Defaults of Options' zero values.
const (
	DefaultTweets = 6000
	DefaultSeed   = 2020
)

// maxTweets bounds Options.Tweets: ids have room for so many.
const maxTweets = 1_000_000

// Options says how large a corpus Write makes.
type Options struct {
	Tweets int    // that survive all of the study's steps; 0: DefaultTweets
	Seed   uint64 // 0: DefaultSeed
}

// tweet is one record, as the study has it, and a mark that it is synthetic.
type tweet struct {
	CreatedAt     string   `json:"created_at"`
	ID            string   `json:"id_str"`
	ScreenName    string   `json:"screen_name"`
	TargetID      string   `json:"target_id"`
	Cargo         string   `json:"Cargo"`
	Nombre        string   `json:"Nombre"`
	Partido       string   `json:"Partido"`
	Text          string   `json:"text"`
	QuotedText    string   `json:"quoted_text"`
	RetweetedText string   `json:"retweeted_text"`
	Hashtags      []string `json:"hashtags"`
	Mentions      []string `json:"mentions"`
	FavoriteCount int      `json:"favorite_count"`
	RetweetCount  int      `json:"retweet_count"`
	Synthetic     bool     `json:"synthetic"`
	Features      features `json:"NLP_FEATURES"`
}

// Write makes the corpus folder dir, which must not exist or be empty, and
// returns the rows that each step of the study finds in it. The folder appears
// whole or not at all.
func Write(dir string, o Options) (Counts, error) {
	o.Tweets = cmp.Or(o.Tweets, DefaultTweets)
	o.Seed = cmp.Or(o.Seed, DefaultSeed)
	if o.Tweets < 1 || o.Tweets > maxTweets {
		return Counts{}, fmt.Errorf("demo: %d tweets: give a number from 1 to %d", o.Tweets, maxTweets)
	}
	dir = filepath.Clean(dir)
	entries, err := os.ReadDir(dir)
	switch {
	case err == nil && len(entries) > 0:
		return Counts{}, fmt.Errorf("demo: %s is not empty: delete it or give another folder: %w", dir, fs.ErrExist)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return Counts{}, fmt.Errorf("demo: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return Counts{}, fmt.Errorf("demo: %w", err)
	}
	temporary, err := os.MkdirTemp(filepath.Dir(dir), ".demo-*")
	if err != nil {
		return Counts{}, fmt.Errorf("demo: %w", err)
	}
	defer func() { _ = os.RemoveAll(temporary) }() // nothing is left of it once renamed
	counts, err := writeCorpus(temporary, o)
	if err != nil {
		return Counts{}, fmt.Errorf("demo: %w", err)
	}
	if err := os.Chmod(temporary, 0o755); err != nil {
		return Counts{}, fmt.Errorf("demo: %w", err)
	}
	if err := os.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) { // if it was there, empty
		return Counts{}, fmt.Errorf("demo: %w", err)
	}
	if err := os.Rename(temporary, dir); err != nil {
		return Counts{}, fmt.Errorf("demo: %w", err)
	}
	return counts, nil
}

// writeCorpus writes the corpus's files into a folder.
func writeCorpus(dir string, o Options) (Counts, error) {
	r := rand.New(rand.NewPCG(o.Seed, uint64(o.Tweets)))
	accounts := people()
	kinds, counts := plan(o.Tweets)
	rows := compose(r, accounts, schedule(r, kinds))
	if err := writeTweets(dir, r, rows, counts.Read-counts.Distinct); err != nil {
		return Counts{}, err
	}
	if err := writeAccounts(filepath.Join(dir, "accounts.csv"), accounts, rows); err != nil {
		return Counts{}, err
	}
	if err := writeStudy(filepath.Join(dir, "study.toml")); err != nil {
		return Counts{}, err
	}
	return counts, writeReadme(filepath.Join(dir, "README.md"), o, counts)
}

// writeTweets spreads the tweets over the harvests: each is in the first one
// after it was written, or in any if it is older than them all. Copies, so many,
// come again in a later one.
func writeTweets(dir string, r *rand.Rand, rows []tweet, copies int) error {
	times := harvests(len(rows))
	files := make([][]tweet, len(times))
	place := make([]int, len(rows))
	for i := range rows {
		written, err := time.Parse(dateLayout, rows[i].CreatedAt)
		if err != nil {
			return err
		}
		file, _ := slices.BinarySearchFunc(times, written, time.Time.Compare)
		if file == 0 {
			file = r.IntN(len(times))
		}
		place[i] = file
		files[file] = append(files[file], rows[i])
	}
	for _, i := range r.Perm(len(rows))[:min(copies, len(rows))] {
		again := rows[i]
		again.FavoriteCount += r.IntN(20)
		file := place[i] + r.IntN(len(times)-place[i])
		files[file] = append(files[file], again)
	}
	for i, file := range files {
		name := filepath.Join(dir, "tweets", times[i].Format("2006/01/02/15"), "part-00000.jsonl")
		err := home.WriteFile(name, func(w io.Writer) error {
			encoder := json.NewEncoder(w)
			encoder.SetEscapeHTML(false)
			for _, row := range file {
				if err := encoder.Encode(row); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// writeAccounts writes accounts.csv. No field holds a semicolon or a quote.
func writeAccounts(path string, accounts []account, rows []tweet) error {
	first, last := make(map[string]tweet), make(map[string]tweet)
	for _, row := range rows {
		if _, ok := first[row.ScreenName]; !ok {
			first[row.ScreenName] = row
		}
		last[row.ScreenName] = row
	}
	return home.WriteFile(path, func(w io.Writer) error {
		var b strings.Builder
		b.WriteString("target_id;Cargo;Nombre;screen_name;Partido;Coalicion;newest_tweet;oldest_tweet;since_id;max_id\n")
		for _, a := range accounts {
			old, recent := first[a.ScreenName], last[a.ScreenName]
			fmt.Fprintf(&b, "%d;%s;%s;%s;%s;%s;%s;%s;%s;%s\n", a.id, a.Cargo, a.Nombre, a.ScreenName,
				a.party.name, a.party.coalition, recent.CreatedAt, old.CreatedAt, recent.ID, old.ID)
		}
		_, err := io.WriteString(w, b.String())
		return err
	})
}

func writeStudy(path string) error {
	quoted := func(names []string) string {
		return `["` + strings.Join(names, `", "`) + `"]`
	}
	return home.WriteFile(path, func(w io.Writer) error {
		_, err := fmt.Fprintf(w, `# Corpus de demostración: tweets sintéticos. Nada de lo que contiene es real.
title = "Demostración (tweets sintéticos)"
language = "es"
days = %d
synthetic = true

[sides.right]
label = "Derecha"
partido = %s

[sides.left]
label = "Izquierda"
partido = %s
`, Days, quoted(rightParties), quoted(leftParties))
		return err
	})
}

func writeReadme(path string, o Options, n Counts) error {
	return home.WriteFile(path, func(w io.Writer) error {
		_, err := fmt.Fprintf(w, `# Corpus de demostración (sintético)

**Todo lo que hay en esta carpeta es inventado**: las personas, los partidos, los
lugares y los textos. Una gramática los compone al azar (semilla %d) para poder
probar Hemiciclo sin datos de nadie. Ninguna conclusión sobre la política real
puede sacarse de aquí.

Los nombres de las cuentas son más largos de lo que Twitter permite, los números de
los tweets están fuera del rango usado y los enlaces no llevan a ninguna parte. Cada
registro lleva el campo `+"`synthetic`"+`.

| paso del estudio | filas |
|---|---|
| leídas | %d |
| sin duplicados | %d |
| originales (ni retuits ni citas) | %d |
| últimos %d días | %d |
| de las cuentas | %d |
| con texto | %d |
| con más de 5 palabras | %d |

- `+"`accounts.csv`"+`: las cuentas inventadas, sus partidos y coaliciones.
- `+"`tweets/AAAA/MM/DD/HH/`"+`: los tweets, un objeto JSON por línea.
- `+"`study.toml`"+`: título, días y los dos lados.
`, o.Seed, n.Read, n.Distinct, n.Original, Days, n.Window, n.Joined, n.NotBlank, n.MinTokens)
		return err
	})
}
