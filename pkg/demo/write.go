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

// partial begins the names of folders that are being written.
const partial = ".demo-"

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
	var counts Counts
	err := writeFolder(dir, func(dir string) (err error) {
		counts, err = writeCorpus(dir, o)
		return err
	})
	if err != nil {
		return Counts{}, fmt.Errorf("demo: %w", err)
	}
	return counts, nil
}

// writeFolder makes a folder, which must not exist or be empty, of what write
// puts into the temporary one that it is given: whole or not at all.
func writeFolder(dir string, write func(dir string) error) error {
	dir = filepath.Clean(dir)
	entries, err := os.ReadDir(dir)
	switch {
	case err == nil && len(entries) > 0:
		return fmt.Errorf("%s is not empty: delete it or give another folder: %w", dir, fs.ErrExist)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return err
	}
	temporary, err := os.MkdirTemp(filepath.Dir(dir), partial+"*")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(temporary) }() // nothing is left of it once renamed
	if err := write(temporary); err != nil {
		return err
	}
	if err := os.Chmod(temporary, 0o755); err != nil {
		return err
	}
	if err := os.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) { // if it was there, empty
		return err
	}
	return os.Rename(temporary, dir)
}

// RemovePartial removes the folders that [Write] left in dir when its program was
// killed. Nothing may be writing there meanwhile.
func RemovePartial(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, entry := range entries {
		if entry.IsDir() && strings.HasPrefix(entry.Name(), partial) {
			err = errors.Join(err, os.RemoveAll(filepath.Join(dir, entry.Name())))
		}
	}
	return err
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
	active := make(activity)
	for _, row := range rows {
		active.note(row)
	}
	if err := writeAccounts(filepath.Join(dir, "accounts.csv"), accounts, active); err != nil {
		return Counts{}, err
	}
	if err := writeStudy(filepath.Join(dir, "study.toml")); err != nil {
		return Counts{}, err
	}
	return counts, writeReadme(filepath.Join(dir, "README.md"), o, counts)
}

// writeTweets spreads the tweets over the harvests. Copies, so many, come again
// in a later one.
func writeTweets(dir string, r *rand.Rand, rows []tweet, copies int) error {
	times := harvests(firstHarvest, min(max(len(rows)/150, 12), 160))
	files := make([][]tweet, len(times))
	place := make([]int, len(rows))
	for i := range rows {
		written, err := time.Parse(dateLayout, rows[i].CreatedAt)
		if err != nil {
			return err
		}
		file := harvestOf(r, times, written)
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

// activity is the oldest and the newest tweet of each account.
type activity map[string]*span

type span struct{ oldest, newest stamp }

// stamp orders tweets: its date is written so that later ones sort later.
type stamp struct{ createdAt, id string }

func (s stamp) compare(other stamp) int {
	return cmp.Or(cmp.Compare(s.createdAt, other.createdAt), cmp.Compare(s.id, other.id))
}

func (a activity) note(row tweet) {
	if row.ScreenName == "" {
		return
	}
	at := stamp{row.CreatedAt, row.ID}
	a.merge(activity{row.ScreenName: {at, at}})
}

// merge adds what other knows.
func (a activity) merge(other activity) {
	for name, theirs := range other {
		ours, ok := a[name]
		if !ok {
			a[name] = &span{theirs.oldest, theirs.newest}
			continue
		}
		if theirs.oldest.compare(ours.oldest) < 0 {
			ours.oldest = theirs.oldest
		}
		if theirs.newest.compare(ours.newest) > 0 {
			ours.newest = theirs.newest
		}
	}
}

// writeAccounts writes accounts.csv. No field holds a semicolon or a quote.
func writeAccounts(path string, accounts []account, active activity) error {
	return home.WriteFile(path, func(w io.Writer) error {
		var b strings.Builder
		b.WriteString("target_id;Cargo;Nombre;screen_name;Partido;Coalicion;newest_tweet;oldest_tweet;since_id;max_id\n")
		for _, a := range accounts {
			var s span // of an account without tweets
			if active[a.ScreenName] != nil {
				s = *active[a.ScreenName]
			}
			fmt.Fprintf(&b, "%d;%s;%s;%s;%s;%s;%s;%s;%s;%s\n", a.id, a.Cargo, a.Nombre, a.ScreenName,
				a.party.name, a.party.coalition, s.newest.createdAt, s.oldest.createdAt, s.newest.id, s.oldest.id)
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
drop_authorless = true # medio por ciento de los registros no dice quién escribió

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

Los textos son tan desordenados como los reales: líneas en blanco y espacios dobles,
caracteres invisibles, letras descompuestas, comillas de varias formas, entidades
HTML, otros idiomas y casi copias; y cada cuenta tiene temas, muletillas y hashtags
propios.

| paso del estudio | filas |
|---|---|
| leídas | %d |
| sin duplicados | %d |
| originales (ni retweets ni citas) | %d |
| últimos %d días | %d |
| de las cuentas (medio por ciento de los registros leídos no dice de quién es) | %d |
| con texto | %d |
| con más de 5 palabras | %d |

- `+"`accounts.csv`"+`: las cuentas inventadas, sus partidos y coaliciones.
- `+"`tweets/AAAA/MM/DD/HH/`"+`: los tweets, un objeto JSON por línea.
- `+"`study.toml`"+`: título, días y los dos lados.
`, o.Seed, n.Read, n.Distinct, n.Original, Days, n.Window, n.Joined, n.NotBlank, n.MinTokens)
		return err
	})
}
