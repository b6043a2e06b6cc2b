package demo

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// TestEveryProduction expands each production with each voice that can reach it.
func TestEveryProduction(t *testing.T) {
	g := spanish()
	accounts := people()
	voices := []voice{right, left, centre}
	n := 0
	for at, productions := range g.productions {
		for _, production := range productions {
			for _, v := range voices {
				if at.voice != common && at.voice != v {
					continue
				}
				one := *g
				one.productions = map[symbol][]string{{"esto", common}: {production}}
				for other, lines := range g.productions {
					one.productions[other] = lines
				}
				s := &speaker{grammar: &one, r: rand.New(rand.NewPCG(1, uint64(n))), from: &accounts[n%len(accounts)], others: accounts}
				if said := s.say("esto", v); said == "" || strings.ContainsAny(said, "{}/*") {
					t.Errorf("%q said %q", production, said)
				}
				n++
			}
		}
	}
	if n < 500 {
		t.Errorf("only %d productions", n)
	}
}

func TestAgreement(t *testing.T) {
	for _, c := range []struct {
		noun                           noun
		el, un, nuevo, popular, es, ve string
	}{
		{noun{text: "orden"}, "el orden", "un orden", "nuevo", "popular", "es", "ve"},
		{noun{text: "ley", feminine: true}, "la ley", "una ley", "nueva", "popular", "es", "ve"},
		{noun{text: "agua", feminine: true, stressedA: true}, "el agua", "un agua", "nueva", "popular", "es", "ve"},
		{noun{text: "valores", plural: true}, "los valores", "unos valores", "nuevos", "populares", "son", "ven"},
		{noun{text: "pymes", feminine: true, plural: true}, "las pymes", "unas pymes", "nuevas", "populares", "son", "ven"},
	} {
		got := []string{
			c.noun.determined("el"), c.noun.determined("un"), c.noun.agree("nuevo"), c.noun.agree("popular"),
			c.noun.third("es"), c.noun.third("ve"),
		}
		for i, want := range []string{c.el, c.un, c.nuevo, c.popular, c.es, c.ve} {
			if got[i] != want {
				t.Errorf("%q, want %q", got[i], want)
			}
		}
	}
}

func TestPolish(t *testing.T) {
	for in, want := range map[string]string{
		"hola. así es":                "Hola. Así es",
		"¡viva! ¿de el mar a el sur?": "¡Viva! ¿De el mar al sur?",
		"por de el mar":               "Por del mar",
		"@ana dijo 5 cosas. ¿y?":      "@ana dijo 5 cosas. ¿Y?",
		"a las 7.30 y\nluego":         "A las 7.30 y\nluego",
	} {
		if got := polish(in); got != want {
			t.Errorf("polish(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestGrammarErrors(t *testing.T) {
	for _, text := range []string{"hola", ":verbo\nser siendo", ":sust tema\nmesa", ":sust tema\nmesa x"} {
		if _, err := parseGrammar(text); err == nil || !strings.Contains(err.Error(), "grammar.txt:") {
			t.Errorf("%q gave %v", text, err)
		}
	}
}
