package exploring

import (
	"cmp"
	"context"
	"path/filepath"
	"slices"

	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/loading"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// mentionsVersion is raised when mentions are counted otherwise.
const mentionsVersion = 2

// Mentions is who of the corpus's accounts mentions whom of them.
type Mentions struct {
	Accounts []MentionAccount `json:"accounts"` // by party and name
	Links    []MentionLink    `json:"links"`    // the heaviest first
	Outside  map[string]int   `json:"outside"`  // mentions of accounts that are not of the corpus, by the folder of who makes them

	Record run.Record `json:"-"`

	run    *run.Run
	loaded *loading.Loaded
}

// MentionAccount is one of the corpus's accounts.
type MentionAccount struct {
	ScreenName string `json:"screen_name"`
	Nombre     string `json:"nombre"`
	Partido    string `json:"partido"`
	Folder     string `json:"folder"` // of its side: derecha, izquierda or resto
	Tweets     int    `json:"tweets"`
}

// MentionLink is how many tweets of one account mention another; both are named by their
// places in Accounts.
type MentionLink struct {
	From   int `json:"from"`
	To     int `json:"to"`
	Tweets int `json:"tweets"`
}

// MentionsOf counts who mentions whom and keeps it in mentions.json. Who mentions itself is
// left out. Names are compared whatever their case, and a tweet counts once for each.
func MentionsOf(ctx context.Context, r *run.Run) (*Mentions, error) {
	loaded, err := loading.Load(ctx, r)
	if err != nil {
		return nil, err
	}
	const path = "mentions.json"
	m, made, err := run.Cached(ctx, r, run.Step{
		Name: "mentions", Version: mentionsVersion,
		Inputs:    []any{loaded.Record.Fingerprint, r.SideCriteria(run.Sides...)},
		Artifacts: []string{path},
	}, func() (Mentions, error) {
		accounts, err := tweets.ReadAccounts(filepath.Join(r.Corpus, "accounts.csv"))
		if err != nil {
			return Mentions{}, err
		}
		return mentionsOf(r, accounts, loaded.Tweets), nil
	})
	if err != nil {
		return nil, err
	}
	m.run, m.loaded, m.Record = r, loaded, made
	return &m, m.record(ctx, path)
}

func mentionsOf(r *run.Run, accounts []tweets.Account, rows []tweets.Tweet) Mentions {
	m := Mentions{Outside: map[string]int{}}
	slices.SortFunc(accounts, func(a, b tweets.Account) int {
		return cmp.Or(cmp.Compare(a.Partido, b.Partido), cmp.Compare(a.ScreenName, b.ScreenName))
	})
	at := map[string]int{}
	for i, a := range accounts {
		at[accountKey(a.ScreenName)] = i
		m.Accounts = append(m.Accounts, MentionAccount{ScreenName: a.ScreenName, Nombre: a.Nombre, Partido: a.Partido, Folder: folder(r, a)})
	}
	links := map[[2]int]int{}
	for _, t := range rows {
		from := at[accountKey(t.ScreenName)]
		m.Accounts[from].Tweets++
		seen := map[string]bool{}
		for _, name := range t.Mentions {
			key := accountKey(name)
			if seen[key] {
				continue
			}
			seen[key] = true
			if to, ours := at[key]; !ours {
				m.Outside[m.Accounts[from].Folder]++
			} else if to != from {
				links[[2]int{from, to}]++
			}
		}
	}
	for link, n := range links {
		m.Links = append(m.Links, MentionLink{From: link[0], To: link[1], Tweets: n})
	}
	slices.SortFunc(m.Links, func(a, b MentionLink) int {
		return cmp.Or(cmp.Compare(b.Tweets, a.Tweets), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	return m
}

// accountKey is the form in which an account's name is compared with another: some
// programs wrap the handles in a text in signs that nobody sees.
func accountKey(name string) string {
	return tweets.Account{ScreenName: compare.Normalize(name)}.Key()
}

// folder is that of the side on which an account stands.
func folder(r *run.Run, a tweets.Account) string {
	for _, side := range run.Sides {
		if r.SideSettings(side).Has(a) {
			return side.Folder()
		}
	}
	return run.Rest
}

// folders are those of the sides, and that of who is on neither.
var folders = []string{run.Right.Folder(), run.Left.Folder(), run.Rest}

// between counts the mentions of one side's accounts by another's.
func (m *Mentions) between(from, to string) (n int) {
	for _, link := range m.Links {
		if m.Accounts[link.From].Folder == from && m.Accounts[link.To].Folder == to {
			n += link.Tweets
		}
	}
	return n
}

// record keeps the mentions between sides in figures.json.
func (m *Mentions) record(ctx context.Context, source string) error {
	var figures []run.Figure
	for _, from := range folders {
		for _, to := range folders {
			figures = append(figures, run.Figure{ID: "mentions." + from + "." + to, Value: float64(m.between(from, to)), Unit: "mentions", Source: source})
		}
		figures = append(figures, run.Figure{ID: "mentions." + from + ".outside", Value: float64(m.Outside[from]), Unit: "mentions", Source: source})
	}
	return m.run.RecordFigures(ctx, "mentions", figures...)
}
