package exploring

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/loading"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// Names count whatever their case and whatever unseen signs wrap them, once a tweet; who is silent may be mentioned.
func TestMentions(t *testing.T) {
	r := &run.Run{}
	r.Settings.Sides.Right.Partido, r.Settings.Sides.Left.ScreenName = []string{"A"}, []string{"@luis"}
	accounts := []tweets.Account{{ScreenName: "Luis", Partido: "B"}, {ScreenName: "Ana", Partido: "A"}, {ScreenName: "Eva", Partido: "C"}, {ScreenName: "Pía", Partido: "C"}}
	m := mentionsOf(r, accounts, []tweets.Tweet{
		{ScreenName: "Ana", Mentions: []string{"LUIS", "\u2066luis\u2069", "\u2066@ana\u2069", "prensa"}},
		{ScreenName: "Ana", Mentions: []string{"\u2066Luis\u2069", "pi\u0301a"}},
		{ScreenName: "Luis", Mentions: []string{"ANA"}},
		{ScreenName: "Eva", Mentions: []string{"prensa", "radio"}},
	})
	ana, luis, eva, pia := 0, 1, 2, 3
	wantAccounts := []MentionAccount{
		{"Ana", "", "A", run.Right.Folder(), 2}, {"Luis", "", "B", run.Left.Folder(), 1}, {"Eva", "", "C", run.Rest, 1}, {"Pía", "", "C", run.Rest, 0},
	}
	if !reflect.DeepEqual(m.Accounts, wantAccounts) {
		t.Errorf("accounts %+v", m.Accounts)
	}
	if want := []MentionLink{{ana, luis, 2}, {ana, pia, 1}, {luis, ana, 1}}; !reflect.DeepEqual(m.Links, want) {
		t.Errorf("links %+v, want %+v", m.Links, want)
	}
	if want := map[string]int{run.Right.Folder(): 1, run.Rest: 2}; !reflect.DeepEqual(m.Outside, want) {
		t.Errorf("outside %v, want %v", m.Outside, want)
	}
	if m.between(run.Right.Folder(), run.Left.Folder()) != 2 || m.between(run.Left.Folder(), run.Right.Folder()) != 1 || m.between(run.Rest, run.Rest) != 0 {
		t.Error("mentions between the sides are wrong")
	}
	m.run, m.loaded = r, &loading.Loaded{Run: r}
	network := m.Report()[0].(chart.Network)
	for _, node := range network.Nodes {
		if node.Label == "@"+m.Accounts[eva].ScreenName {
			t.Error("who mentions nobody and is mentioned by nobody is in the network")
		}
	}
	if first := network.Arrows[0]; len(network.Nodes) != 3 || network.Nodes[first.From].Label != "@Ana" || network.Nodes[first.To].Label != "@Luis" || first.Weight != 2 {
		t.Errorf("%+v of %+v", first, network.Nodes)
	}

	m.Links = nil
	shown := m.Report()
	if note := noteOf(t, shown[0]); len(shown) != 1 || !strings.Contains(note, "Ninguna cuenta") {
		t.Errorf("a corpus without mentions shows %q", note)
	}
}

// Of a large network the heaviest links are shown, all that weigh the same or none.
func TestNetworkIsCut(t *testing.T) {
	m := Mentions{}
	for i := range 100 {
		m.Accounts = append(m.Accounts, MentionAccount{ScreenName: fmt.Sprint(i)})
	}
	for weight := 9; weight > 0; weight-- { // 18 links of each weight
		for i := range 18 {
			m.Links = append(m.Links, MentionLink{From: i, To: 20 + weight, Tweets: weight})
		}
	}
	shown, least := m.shown()
	if least != 6 || len(shown) != 4*18 {
		t.Errorf("%d links of %d or more, want 72 of 6", len(shown), least)
	}
	for i := range m.Links {
		m.Links[i].Tweets = 1
	}
	if shown, _ := m.shown(); len(shown) != mostArrows {
		t.Errorf("%d links of one weight are shown, want %d", len(shown), mostArrows)
	}

	// Accounts that each mention one other: those with the most mentions do not mention each other.
	for i := range m.Links {
		m.Links[i].From, m.Links[i].To = i, len(m.Links)+i
	}
	if shown, _ := m.shown(); len(shown) != mostArrows {
		t.Errorf("%d of %d separate pairs are shown, want %d", len(shown), len(m.Links), mostArrows)
	}
}
