package study

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func writeSettings(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "study.toml"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestReadSettings(t *testing.T) {
	dir := writeSettings(t, `
title = "Candidatos"
days = 30
[sides.right]
label = "Derecha"
screen_name = ["uno", "dos"]
[sides.left]
partido = ["PX"]
coalicion = ["Y"]
`)
	s, err := ReadSettings(dir)
	if err != nil {
		t.Fatal(err)
	}
	if s.Title != "Candidatos" || s.Days != 30 || s.MinTokens != 5 || s.Language != "es" || s.Split != SplitRandom || s.Resample != OverTweets || s.Synthetic {
		t.Errorf("settings are %+v", s)
	}
	if len(s.Prompts) != 5 {
		t.Errorf("there are %d prompts, want the study's five", len(s.Prompts))
	}
	if got := s.Sides.Left; got.Label != "Izquierda" || got.Partido[0] != "PX" || got.Coalicion[0] != "Y" {
		t.Errorf("left is %+v", got)
	}
	if got := s.Sides.Right.String(); got != "Derecha (cuenta uno, dos)" {
		t.Errorf("right reads %q", got)
	}
}

func TestReadSettingsRefuses(t *testing.T) {
	sides := "[sides.right]\npartido=[\"A\"]\n[sides.left]\npartido=[\"B\"]\n"
	for name, c := range map[string]struct{ text, want string }{
		"a misspelt key":     {"titel = \"x\"\n" + sides, "titel"},
		"a side of nobody":   {"[sides.right]\npartido=[\"A\"]\n", "[sides.left]"},
		"a negative window":  {"days = -1\n" + sides, "days"},
		"what is no TOML":    {"title = ", "study.toml"},
		"an unknown split":   {"split = \"party\"\n" + sides, "author"},
		"an unknown drawing": {"resample = \"partidos\"\n" + sides, "accounts"},
		"a foreign language": {"language = \"fr\"\n" + sides, "fr"},
	} {
		_, err := ReadSettings(writeSettings(t, c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "study.toml") {
			t.Errorf("%s: the error is %v, want it to name study.toml and %q", name, err, c.want)
		}
	}
}
