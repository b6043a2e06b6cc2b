package compare

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// reference holds what nltk, scikit-learn and SciPy give: scripts/fixtures/measures.py.
type reference struct {
	First, Second []string
	Keyness       map[string]map[string]struct {
		LogOdds float64 `json:"log_odds"`
		Z       float64
	}
	Variety []struct {
		SelfBLEU float64 `json:"self_bleu"`
		Low      float64 `json:"self_bleu_low"`
		High     float64 `json:"self_bleu_high"`
		Distinct [2]float64
	}
	ROC struct {
		Positive, Negative []float64
		AUC, Accuracy      float64
		Curve              [][2]float64
	}
	Bootstrap struct {
		Above, Below []float64
		Low, High    float64
		Owners       []string
		LowAccounts  float64 `json:"low_accounts"`
		HighAccounts float64 `json:"high_accounts"`
	}
	Prediction struct {
		Tokens, Bytes []int
		NLL           [2][]float64
		Perplexity    [2]float64
		BitsPerByte   [2]float64 `json:"bits_per_byte"`
		Difference    float64
		Low, High     float64 // of the difference
	}
	Wilson []struct {
		Hits, Texts int
		Low, High   float64
	}
	Quantiles []float64
}

func readReference(t *testing.T) (r reference) {
	t.Helper()
	data, err := os.ReadFile("testdata/measures.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

func TestWords(t *testing.T) {
	for s, want := range map[string][]string{
		"¡Gracias! «gracias», (GRACIAS)…":            {"gracias", "gracias", "gracias"},
		"Con .@Ana_ y @beto: #Chile2017! # @ -- |":   {"con", "@ana_", "y", "@beto", "#chile2017"},
		"No  sé\tqué,\npasó 🛡️ 👍🏽 1.000 ex-ministro": {"no", "sé", "qué", "pasó", "🛡️", "👍🏽", "1.000", "ex-ministro"},
		"": nil,
	} {
		if got := Words(s); !slices.Equal(got, want) {
			t.Errorf("Words(%q) = %q, want %q", s, got, want)
		}
	}
}

func TestKeynessIsThatOfFightinWords(t *testing.T) {
	r := readReference(t)
	for scale, name := range map[float64]string{0.1: "0.1", 1: "1"} {
		k, err := KeynessOf(r.First, r.Second, KeynessOptions{Scale: scale, MinCount: 1, KeepStopWords: true, Intervals: 2})
		if err != nil {
			t.Fatal(err)
		}
		if len(k.Words) != len(r.Keyness[name]) {
			t.Fatalf("%d words, want %d", len(k.Words), len(r.Keyness[name]))
		}
		for i, w := range k.Words {
			near(t, w.Word+"'s log-odds", w.LogOdds, r.Keyness[name][w.Word].LogOdds, 1e-12)
			near(t, w.Word+"'s z", w.Z, r.Keyness[name][w.Word].Z, 1e-12)
			if i > 0 && k.Words[i-1].Z < w.Z {
				t.Error("the words are not sorted")
			}
			end := i < 2 || i >= len(k.Words)-2
			if end != (w.Formula != nil) || (end && !w.OneSided()) != (w.Within != nil) {
				t.Errorf("word %d, %v times: intervals %v and %v", i, w.Counts, w.Formula, w.Within)
			}
			if w.Within != nil && !(w.Within.Low < w.LogOdds && w.LogOdds < w.Within.High) {
				t.Errorf("%s: %v is outside of %v", w.Word, w.LogOdds, *w.Within)
			}
		}
		top := []string{k.Words[0].Word, k.Words[1].Word}
		if slices.Sort(top); !slices.Equal(top, []string{"mar", "ola"}) {
			t.Errorf("the first side's words are %v, mar and ola stand most often there", top)
		}
	}
}

// Two words by hand: with y = (3, 1), n = (4, 4), a = (4, 4), A = 8 and scale 1,
// δ of the first is ln(7/5) − ln(5/7).
func TestKeynessByHand(t *testing.T) {
	k, err := KeynessOf([]string{"uva uva uva", "la pera"}, []string{"pera pera uva pera"}, KeynessOptions{Scale: 1, MinCount: 1})
	if err != nil {
		t.Fatal(err)
	}
	if k.Tokens != [2]int{4, 4} || k.Words[0].Word != "uva" || k.Words[0].Counts != [2]int{3, 1} {
		t.Fatalf("%+v", k)
	}
	near(t, "δ", k.Words[0].LogOdds, math.Log(7.0/5)-math.Log(5.0/7), 1e-12)
	near(t, "z", k.Words[0].Z, k.Words[0].LogOdds/math.Sqrt(1.0/7+1.0/5), 1e-12)

	// A background that knows only uva: a = 2·10 and 2·1.
	k, err = KeynessOf([]string{"uva uva uva pera"}, []string{"pera pera uva pera"}, KeynessOptions{Scale: 2, MinCount: 4, Background: map[string]int{"uva": 10}})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "δ against a background", k.Words[0].LogOdds, math.Log(23.0/3)-math.Log(21.0/5), 1e-12)
	if _, err := KeynessOf([]string{"de la"}, []string{"pera"}, KeynessOptions{}); err == nil {
		t.Error("a side of stop words alone was compared")
	}
}

// A word that one side never uses gets the formula's interval and no drawn one, which
// would be a quarter as wide; others are drawn over texts and over accounts.
func TestKeynessOfOneSidedWords(t *testing.T) {
	var texts, owners [2][]string
	for i := range 200 {
		first, second := "mar sol", "mar"
		switch {
		case i < 40:
			first += " uva"
			second += " sol"
		case i < 60:
			second += " pan" // all of one account
		}
		texts[0], texts[1] = append(texts[0], first), append(texts[1], second)
		owner := fmt.Sprint("cuenta", i%12)
		owners[0] = append(owners[0], owner)
		if i >= 40 && i < 60 {
			owner = "otra"
		}
		owners[1] = append(owners[1], owner)
	}
	texts[0][0] += " pan"
	k, err := KeynessOf(texts[0], texts[1], KeynessOptions{Owners: owners})
	if err != nil {
		t.Fatal(err)
	}
	width := func(i *Interval) float64 { return i.High - i.Low }
	for _, w := range k.Words {
		if want := w.Word == "uva"; w.OneSided() != want || (w.Within == nil) != want || (w.Accounts == nil) != want || w.Formula == nil {
			t.Errorf("%+v", w)
		}
		switch w.Word {
		case "uva": // y = (40, 0) and a = 4
			near(t, "half the interval", width(w.Formula)/2, 1.959963984540054*math.Sqrt(1.0/44+1.0/4), 1e-12)
			near(t, "its middle", (w.Formula.Low+w.Formula.High)/2, w.LogOdds, 1e-12)
		case "pan":
			if width(w.Accounts) < 1.2*width(w.Within) {
				t.Errorf("a word of one account: %v over accounts, %v over texts", *w.Accounts, *w.Within)
			}
		}
	}
	if len(k.Words) != 4 {
		t.Errorf("%+v", k.Words)
	}
	if _, err := KeynessOf(texts[0], texts[1], KeynessOptions{Owners: [2][]string{{"a"}, {"b"}}}); err == nil {
		t.Error("texts without owners were drawn by them")
	}
}

func TestVarietyIsThatOfNLTK(t *testing.T) {
	r := readReference(t)
	for i, side := range [][]string{r.First, r.Second} {
		var texts []Written
		for _, s := range side {
			texts = append(texts, Written{Text: s})
		}
		v, err := VarietyOf(texts, VarietyOptions{})
		if err != nil {
			t.Fatal(err)
		}
		near(t, "self-BLEU", v.SelfBLEU.Value, r.Variety[i].SelfBLEU, 1e-12)
		near(t, "the low end of self-BLEU", v.SelfBLEU.Within.Low, r.Variety[i].Low, 1e-12)
		near(t, "the high end of self-BLEU", v.SelfBLEU.Within.High, r.Variety[i].High, 1e-12)
		near(t, "distinct-1", v.Distinct[0].Value, r.Variety[i].Distinct[0], 1e-12)
		near(t, "distinct-2", v.Distinct[1].Value, r.Variety[i].Distinct[1], 1e-12)
	}
}

func TestVarietyByHand(t *testing.T) {
	v, err := VarietyOf([]Written{
		{Given: "Hoy vamos", Text: "a Chile #Vamos @ana 🛡️ #Chile"},
		{Text: "a la playa"},
		{Text: "…"}, // no word: not a text
	}, VarietyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if v.Texts != 2 || v.Words != 9 {
		t.Fatalf("%+v", v)
	}
	near(t, "length", v.Length.Value, (8+3)/2.0, 1e-12)
	near(t, "hashtags", v.Hashtags.Value, 2.0/9, 1e-12)
	near(t, "mentions", v.Mentions.Value, 1.0/9, 1e-12)
	near(t, "emoji", v.Emoji.Value, 1.0/9, 1e-12)
	near(t, "distinct-1", v.Distinct[0].Value, 8.0/9, 1e-12) // «a» stands twice
	if v.Length.Within != nil || v.Hashtags.Within != nil || v.Distinct[0].Within != nil || v.SelfBLEU.Within != nil {
		t.Errorf("two texts have intervals: %+v", v)
	}

	// Of a repeated text, a sample of its length has one of each word.
	v, err = VarietyOf([]Written{{Text: "uno dos tres"}, {Text: "uno dos tres"}}, VarietyOptions{Words: 3, Texts: 2})
	if err != nil {
		t.Fatal(err)
	}
	if *v.Hashtags.Within != *Wilson(0, 2) {
		t.Errorf("no hashtag in two texts: %v", v.Hashtags.Within)
	}
	near(t, "distinct-1 of three words", v.Distinct[0].Value, 1, 1e-12)
	if v.Distinct[0].Within != nil || v.Sampled.Words != (Samples{Size: 3, Count: 2, Texts: 2}) {
		t.Errorf("two samples of one text: %+v, interval %v", v.Sampled.Words, v.Distinct[0].Within)
	}
	// Precisions 3/3, 2/2, 1/1, and 0.1 for the four words that are not there.
	near(t, "self-BLEU of two equal texts", v.SelfBLEU.Value, math.Pow(0.1, 0.25), 1e-12)
	if _, err := VarietyOf([]Written{{Text: "…"}}, VarietyOptions{}); err == nil {
		t.Error("texts without words were measured")
	}
}

// Four of five words differ, and each text has one of them alone: the texts of two
// words 0.6 less than four fifths of two, that of one word 0.2 more than four fifths of
// one. That is −0.2 a word on average, so they bring 0.2, 0.2 and −0.4 less than theirs.
func TestDistinctJackknifeByHand(t *testing.T) {
	const a, b, c, d = 1, 2, 3, 4
	e := distinct([][]int32{{a, b}, {a, c}, {d}}, 1)
	near(t, "distinct-1", e.value, 0.8, 1e-12)
	// The changes are 0.2/5, 0.2/5 and −0.4/5, their mean is 0.
	near(t, "its variance", e.variance, 2.0/3*(0.04*0.04+0.04*0.04+0.08*0.08), 1e-12)

	// Samples of ten texts in all.
	var samples [][][]int32
	for range FewestTexts / 5 {
		samples = append(samples, [][]int32{{a}, {b}, {a}, {c}, {d}})
	}
	m := meanShare(samples, func([][]int32) estimate { return e })
	logOdds, half := math.Log(0.8/0.2), 1.959963984540054*math.Sqrt(e.variance/2)/(0.8*0.2)
	near(t, "the low end of two samples' mean", m.Within.Low, 1/(1+math.Exp(half-logOdds)), 1e-12)
	near(t, "its high end", m.Within.High, 1/(1+math.Exp(-half-logOdds)), 1e-12)
}

// Of many groups of texts drawn alike, about 95 in 100 have intervals that hold the
// mean of all groups, and these are hardly wider than chance makes them.
func TestVarietyIntervalsHoldWhatTheyShould(t *testing.T) {
	const groups, texts, words = 200, 60, 400
	random := rand.New(rand.NewPCG(4, 4))
	zipf := rand.NewZipf(random, 1.3, 3, 800)
	var of [3][]Measure
	for range groups {
		var written []Written
		for range texts {
			var list []string
			for range 5 + random.IntN(10) {
				list = append(list, fmt.Sprint("w", zipf.Uint64()))
			}
			written = append(written, Written{Text: strings.Join(list, " ")})
		}
		v, err := VarietyOf(written, VarietyOptions{Words: words})
		if err != nil {
			t.Fatal(err)
		}
		for i, m := range []Measure{v.Distinct[0], v.Distinct[1], v.SelfBLEU} {
			of[i] = append(of[i], m)
		}
	}
	for i, name := range []string{"distinct-1", "distinct-2", "self-BLEU"} {
		mean, squares, width := 0.0, 0.0, 0.0
		for _, m := range of[i] {
			mean += m.Value / groups
			squares += m.Value * m.Value / groups
			width += (m.Within.High - m.Within.Low) / groups
		}
		held := 0
		for _, m := range of[i] {
			if m.Within.Low <= mean && mean <= m.Within.High {
				held++
			}
		}
		wide := width / (2 * normal975 * math.Sqrt(squares-mean*mean))
		if share := float64(held) / groups; share < 0.92 || wide > 1.35 {
			t.Errorf("%s: %.3f of the intervals hold the mean %.3f; they are %.2f times as wide as chance makes them", name, share, mean, wide)
		}
	}
}

// More texts than fill one sample make the mean surer.
func TestVarietyOfSeveralSamples(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 5))
	var texts []Written
	for range 1000 {
		texts = append(texts, Written{Text: fmt.Sprintf("a w%d w%d w%d", random.IntN(2000), random.IntN(2000), random.IntN(2000))})
	}
	var found [2]Variety
	for i, list := range [][]Written{texts[:100], texts} {
		var err error
		if found[i], err = VarietyOf(list, VarietyOptions{Words: 400, Texts: 100}); err != nil {
			t.Fatal(err)
		}
		if want := (Samples{Size: 100, Count: len(list) / 100, Texts: len(list)}); found[i].Sampled.Texts != want || found[i].Sampled.Words != (Samples{400, want.Count, want.Texts}) {
			t.Errorf("%d texts make the samples %+v", len(list), found[i].Sampled)
		}
	}
	wide := func(m Measure) float64 { return m.Within.High - m.Within.Low }
	near(t, "the narrowing of distinct-1", wide(found[1].Distinct[0])/wide(found[0].Distinct[0]), math.Sqrt(0.1), 0.08)
	near(t, "the narrowing of self-BLEU", wide(found[1].SelfBLEU)/wide(found[0].SelfBLEU), math.Sqrt(0.1), 0.08)
}

func TestROCIsThatOfScikitLearn(t *testing.T) {
	r := readReference(t).ROC
	scored := func(scores []float64) (texts []ScoredText) {
		for i, score := range scores {
			texts = append(texts, ScoredText{fmt.Sprint(i % 12), score})
		}
		return texts
	}
	got, err := ROCOf(scored(r.Positive), scored(r.Negative), 1)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "AUC", got.AUC.Value, r.AUC, 1e-12)
	near(t, "AUC alone", AreaOf(scored(r.Positive), scored(r.Negative)), r.AUC, 1e-12)
	near(t, "accuracy", got.Accuracy.Value, r.Accuracy, 1e-12)
	for _, within := range []*Interval{got.AUC.Within, got.AUC.Accounts} {
		if within == nil || !(within.Low < r.AUC && r.AUC < within.High && within.High-within.Low < 0.35) {
			t.Errorf("an interval of the AUC is %v", within)
		}
	}
	// The corners are points of scikit-learn's curve, and its other points lie on
	// the way between them: the area below is the same.
	area := 0.0
	for i := range got.FalsePositives {
		corner := [2]float64{got.FalsePositives[i], got.TruePositives[i]}
		if !slices.ContainsFunc(r.Curve, func(p [2]float64) bool {
			return math.Abs(p[0]-corner[0])+math.Abs(p[1]-corner[1]) < 1e-12
		}) {
			t.Errorf("%v is not on scikit-learn's curve", corner)
		}
		if i > 0 {
			area += (corner[0] - got.FalsePositives[i-1]) * (corner[1] + got.TruePositives[i-1]) / 2
		}
	}
	near(t, "the area below the corners", area, r.AUC, 1e-12)
}

// Sides that the scores tell apart without a fault may still be so by chance.
func TestROCWithoutFaults(t *testing.T) {
	var positive, negative []ScoredText
	for i := range 40 {
		positive = append(positive, ScoredText{fmt.Sprint(i % 12), 1 + float64(i)})
		negative = append(negative, ScoredText{fmt.Sprint(i % 12), -1 - float64(i)})
	}
	for value, texts := range map[float64][2][]ScoredText{1: {positive, negative[:15]}, 0: {negative[:15], positive}} {
		r, err := ROCOf(texts[0], texts[1], 1)
		if err != nil {
			t.Fatal(err)
		}
		if r.AUC.Value != value || *r.AUC.Within != *Wilson(int(15*value), 15) || *r.AUC.Accounts != *Wilson(int(12*value), 12) {
			t.Errorf("area %v: %+v, %+v", value, *r.AUC.Within, r.AUC.Accounts)
		}
		if r.Accuracy.Value != value || *r.Accuracy.Within != *Wilson(int(55*value), 55) || *r.Accuracy.Accounts != *Wilson(int(24*value), 24) {
			t.Errorf("accuracy %v: %+v, %+v", value, *r.Accuracy.Within, r.Accuracy.Accounts)
		}
	}
	if r, err := ROCOf(positive, negative[:9], 1); err != nil || r.AUC.Within != nil || r.Accuracy.Within != nil {
		t.Errorf("nine texts: %+v, %v", r, err)
	}
}

func TestBootstrapIsThatOfSciPy(t *testing.T) {
	r := readReference(t).Bootstrap
	statistic := func(samples [][]int, values []float64) { values[0] = ratio(r.Above, r.Below, samples[0]) }
	got := bootstrap([]int{len(r.Above)}, 1, 1, 100_000, statistic)[0]
	near(t, "low", got.Low, r.Low, 0.001)
	near(t, "high", got.High, r.High, 0.001)
	byAccount := bootstrapAccounts([][]string{r.Owners}, 1, 1, 100_000, statistic)[0]
	near(t, "low over accounts", byAccount.Low, r.LowAccounts, 0.002)
	near(t, "high over accounts", byAccount.High, r.HighAccounts, 0.002)
	if few := BootstrapAccounts([][]string{r.Owners, {"ana", "beto", "ana"}}, 1, 1, statistic); few[0] != nil {
		t.Errorf("a group of two accounts has the interval %v", *few[0])
	}
	m := MeasureOf(r.Above, r.Below, 1)
	near(t, "the ratio", m.Value, sum(r.Above)/sum(r.Below), 1e-12)
	if again := MeasureOf(r.Above, r.Below, 1); *again.Within != *m.Within {
		t.Error("the same seed gives another interval")
	}
	for i, q := range []float64{0, 0.025, 0.5, 0.975, 1} {
		near(t, "quantile", quantile([]float64{1, 2, 4, 8, 16}, q), readReference(t).Quantiles[i], 1e-12)
	}
	nothing := Bootstrap([]int{FewestTexts}, 1, 1, func(_ [][]int, values []float64) { values[0] = math.NaN() })
	if nothing[0] != nil {
		t.Errorf("the interval of nothing is %v", *nothing[0])
	}
}

// Few texts give no interval over texts, on either side.
func TestFewTextsHaveNoInterval(t *testing.T) {
	of := func(n int) (owners []string) {
		for i := range n {
			owners = append(owners, fmt.Sprint(i))
		}
		return owners
	}
	mean := func(samples [][]int, values []float64) {
		values[0] = 0
		for _, i := range samples[0] {
			values[0] += float64(i) / float64(len(samples[0]))
		}
	}
	for few, n := range map[bool][2]int{true: {FewestTexts, FewestTexts - 1}, false: {FewestTexts, FewestTexts}} {
		m := MeasuresOf([][]string{of(n[0]), of(n[1])}, 1, 1, mean)[0]
		if m.Value != 4.5 || (m.Within == nil) != few {
			t.Errorf("%v texts: %+v", n, m)
		}
	}
	for few, n := range map[bool]int{true: FewestTexts - 1, false: FewestTexts} {
		first, second := make([]string, n), make([]string, FewestTexts)
		var passages [][]string
		var written []Written
		for i := range first {
			first[i] = []string{"mar azul", "todos a la playa del faro"}[i%2]
			passages, written = append(passages, []string{first[i]}), append(written, Written{Text: first[i]})
		}
		for i := range second {
			second[i] = []string{"mar gris", "todos a la playa del sur"}[i%2]
		}
		k, err := KeynessOf(first, second, KeynessOptions{MinCount: 1})
		if err != nil {
			t.Fatal(err)
		}
		if at := slices.IndexFunc(k.Words, func(w KeyWord) bool { return w.Word == "mar" }); (k.Words[at].Within == nil) != few || k.Words[at].Formula == nil {
			t.Errorf("keyness of %d and %d texts: %+v", n, len(second), k.Words[at])
		}
		c, err := training.Search(passages, 1)
		if err != nil {
			t.Fatal(err)
		}
		if (c.LongestWithin == nil) != few {
			t.Errorf("the longest runs of %d texts: %v", n, c.LongestWithin)
		}
		v, err := VarietyOf(written, VarietyOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if (v.Length.Within == nil) != few || (v.Distinct[0].Within == nil) != few || (v.SelfBLEU.Within == nil) != few {
			t.Errorf("the variety of %d texts: %+v", n, v)
		}
	}
}

// Shares of passages of a length rest on the texts that have one.
func TestCopiesOfFewLongTexts(t *testing.T) {
	texts := make([][]string, 50)
	for i := range texts {
		texts[i] = []string{"nada igual"}
	}
	texts[0], texts[1] = []string{"una frase de diez palabras que no está en ningún lado"}, []string{"todos a la playa del faro"}
	c, err := training.Search(texts, 1)
	if err != nil {
		t.Fatal(err)
	}
	if c.JudgedNear != 1 || *c.NearWithin != *Wilson(0, 1) {
		t.Errorf("no near copy among %d: %v", c.JudgedNear, *c.NearWithin)
	}
	if c.Judged != 2 || c.Exact != 1 || c.ExactWithin != nil {
		t.Errorf("%d of %d copied: %v", c.Exact, c.Judged, c.ExactWithin)
	}
	if g := c.Grams[0]; g.Within != nil || c.LongestWithin == nil {
		t.Errorf("4-grams of two texts: %+v; longest runs of 50: %v", g, c.LongestWithin)
	}
}

func TestShareByHand(t *testing.T) {
	owners := []string{"ana", "ana", "beto", "beto"}
	m := ShareOf(owners, []bool{true, false, true, true}, 1)
	if m.Value != 0.75 || *m.Within != *Wilson(3, 4) || m.Accounts != nil {
		t.Errorf("three of four: %+v, %v", m, *m.Within)
	}
	// All of a kind: the interval of 4 of 4, and not one without width.
	if m = ShareOf(owners, []bool{true, true, true, true}, 1); m.Value != 1 || *m.Within != *Wilson(4, 4) || m.Within.Low > 0.6 {
		t.Errorf("four of four: %+v, %v", m, *m.Within)
	}
	// Over accounts too: of all texts of twelve accounts it is known of twelve.
	owners = nil
	var holds []bool
	for i := range 48 {
		owners, holds = append(owners, fmt.Sprint(i%12)), append(holds, true)
	}
	if m = ShareOf(owners, holds, 1); *m.Within != *Wilson(48, 48) || *m.Accounts != *Wilson(12, 12) {
		t.Errorf("all of 48: %v, %v", *m.Within, *m.Accounts)
	}
}

func TestMedianByHand(t *testing.T) {
	var owners []string
	values := make([]float64, 0, 100)
	for i := range 100 {
		owners, values = append(owners, fmt.Sprint(i%20)), append(values, float64(99-i))
	}
	m := MedianOf(owners, values, 1)
	near(t, "the median of 0 to 99", m.Value, 49.5, 0)
	// By the binomial distribution, the 40th and the 61st of 100 ordered values.
	near(t, "its low end", m.Within.Low, 39, 3)
	near(t, "its high end", m.Within.High, 60, 3)
	if m.Accounts == nil || values[0] != 99 {
		t.Errorf("over accounts %v; the values begin with %v", m.Accounts, values[0])
	}
}

func TestPredictionIsThatOfSciPy(t *testing.T) {
	r := readReference(t)
	p := r.Prediction
	var texts []PredictedText
	for i, tokens := range p.Tokens {
		text := PredictedText{Owner: r.Bootstrap.Owners[i]}
		for m := range p.NLL {
			text.Scores = append(text.Scores, TextScore{tokens, p.Bytes[i], p.NLL[m][i]})
		}
		texts = append(texts, text)
	}
	got, err := PredictionOf(texts, [][2]int{{1, 0}}, 1)
	if err != nil {
		t.Fatal(err)
	}
	for m, model := range got.Models {
		near(t, "perplexity", model.Perplexity.Value, p.Perplexity[m], 1e-10)
		near(t, "bits per byte", model.BitsPerByte.Value, p.BitsPerByte[m], 1e-12)
		if w := model.BitsPerByte.Within; !(w.Low < p.BitsPerByte[m] && p.BitsPerByte[m] < w.High) {
			t.Errorf("%v is outside of %v", p.BitsPerByte[m], *w)
		}
	}
	d := got.Differences[0].BitsPerByte
	near(t, "the difference", d.Value, p.Difference, 1e-12)
	near(t, "its low end", d.Within.Low, p.Low, 0.004)
	near(t, "its high end", d.Within.High, p.High, 0.004)
	if d.Accounts == nil || got.Accounts != 11 {
		t.Errorf("%d accounts, interval %v", got.Accounts, d.Accounts)
	}
	if _, err := PredictionOf(nil, nil, 1); err == nil {
		t.Error("no texts were predicted")
	}
	texts[3].Scores = texts[3].Scores[:1]
	if _, err := PredictionOf(texts, nil, 1); err == nil || !strings.Contains(err.Error(), "text 3") {
		t.Errorf("a text without a score gives %v", err)
	}
}

var training = NewIndex([]string{
	"El mar trae olas altas desde el norte",
	"Hoy el mar trae peces y olas",
	"vamos todos a la playa del faro, ¡siempre!",
})

func TestCopyingByHand(t *testing.T) {
	c, err := training.Search([][]string{
		// A whole passage from inside one tweet, and four fifths of another in order.
		{"«Todos a la playa del faro»", "vamos todos a la gran playa del viejo faro siempre"},
		// The run ends where the first tweet ends, not inside the next.
		{"olas altas desde el norte hoy el mar"},
		{"nada igual"},
	}, 1)
	if err != nil {
		t.Fatal(err)
	}
	if c.Texts != 3 || c.Passages != 4 || c.Judged != 3 || c.Exact != 1 || c.JudgedNear != 1 || c.LongExact != 0 || c.Near != 1 {
		t.Fatalf("%+v", c)
	}
	// Passages of 6, 10, 8 and 2 words hold 3+7+5+0 four-grams, of which 3 stand in
	// the first (todos a la playa del faro), 1 in the second, 2 in the third.
	if g := c.Grams[0]; g.N != 4 || g.Grams != 15 {
		t.Errorf("%+v", g)
	}
	near(t, "share of 4-grams", c.Grams[0].Share, 6.0/15, 1e-12)
	near(t, "share of 6-grams", c.Grams[2].Share, 1.0/(1+5+3), 1e-12)
	near(t, "share of 7-grams", c.Grams[3].Share, 0, 0)
	if got := *c.Grams[3].Within; got != *Wilson(0, 2) {
		t.Errorf("nothing was found in the two texts of seven words: %v", got)
	}
	near(t, "mean longest run", c.Longest, (6+4+5+0)/4.0, 1e-12)
	if c.ExactWithin != nil || c.LongestWithin != nil || c.Grams[0].Within != nil {
		t.Errorf("three texts have intervals: %v, %v, %v", c.ExactWithin, c.LongestWithin, c.Grams[0].Within)
	}
	if c.LongExactWithin == nil || *c.LongExactWithin != *Wilson(0, 1) {
		t.Errorf("no copy among one of ten words: %v", c.LongExactWithin)
	}
	if c.NearWithin == nil || *c.NearWithin != *Wilson(1, 1) {
		t.Errorf("one near copy of one: %v", c.NearWithin)
	}
	want := CopiedRun{Text: 0, Passage: "«Todos a la playa del faro»", Words: 6, Length: 6, Run: "todos a la playa del faro", Source: 2, Nearest: 2, InOrder: 1, Kind: ExactCopy}
	if c.Runs[0] != want {
		t.Errorf("%+v, want %+v", c.Runs[0], want)
	}
	if r := c.Runs[2]; r.Run != "olas altas desde el norte" || r.Source != 0 || r.Kind != "" {
		t.Errorf("%+v", r)
	}
	if r := c.Runs[1]; r.Run != "vamos todos a la" || r.Kind != NearCopy || math.Abs(r.InOrder-0.8) > 1e-12 {
		t.Errorf("%+v", r)
	}
	if r := c.Runs[3]; r.Length != 0 || r.Source != -1 || r.Nearest != -1 {
		t.Errorf("%+v", r)
	}
	data, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var again Copying
	if err := json.Unmarshal(data, &again); err != nil || !reflect.DeepEqual(again, c) {
		t.Errorf("the result is not the same after JSON: %v", err)
	}
	if _, err := training.Search(nil, 1); err == nil {
		t.Error("no texts were searched for")
	}
}

// The near copy with scattered words is found though another text has a longer run.
func TestNearestIsThatOfBruteForce(t *testing.T) {
	index := NewIndex([]string{
		"la mar está muy azul y el sol se va",
		"hoy el puerto recibe cuatro barcos rojos y dos botes verdes",
	})
	_, run := index.search(Words("hoy ese puerto recibe tres barcos rojos con dos botes verdes"))
	if run.Source != 1 || run.Nearest != 1 || math.Abs(run.InOrder-8.0/11) > 1e-12 {
		t.Errorf("%+v", run)
	}
	_, run = index.search(Words("está muy azul y hoy puerto recibe cuatro rojos dos botes"))
	if run.Source != 0 || run.Length != 4 || run.Nearest != 1 || math.Abs(run.InOrder-7.0/11) > 1e-12 {
		t.Errorf("%+v", run)
	}

	r := readReference(t)
	index = NewIndex(r.First)
	found := 0
	for _, s := range append(r.Second, r.First...) {
		ids := index.encode(Words(s))
		best := 0
		for i := range r.First {
			best = max(best, inOrder(ids, index.wordsOf(i)))
		}
		_, most := index.nearest(ids, -1, 0)
		if float64(best) < likeShare*float64(len(ids)) {
			best = 0
		} else {
			found++
		}
		if most != best {
			t.Errorf("%q: %d words in order, want %d", s, most, best)
		}
	}
	if found <= len(r.First) {
		t.Errorf("only %d texts are like another", found)
	}
}

func TestDifferencesByHand(t *testing.T) {
	a, b := Differences("¡Hoy vamos todos\n a la playa!", "Hoy, amigos, vamos a la gran playa — azul")
	wantA := []Piece{{"¡Hoy vamos", true}, {"todos", false}, {"a la playa!", true}}
	wantB := []Piece{{"Hoy,", true}, {"amigos,", false}, {"vamos a la", true}, {"gran", false}, {"playa", true}, {"— azul", false}}
	if !slices.Equal(a, wantA) || !slices.Equal(b, wantB) {
		t.Errorf("%v and %v", a, b)
	}
	if a, b := Differences("", "algo"); a != nil || !slices.Equal(b, []Piece{{"algo", false}}) {
		t.Errorf("%v and %v", a, b)
	}
	r := readReference(t)
	for i, s := range r.Second {
		a, _ := Differences(s, r.First[i])
		same := 0
		for _, piece := range a {
			if piece.Same {
				same += len(strings.Fields(piece.Text))
			}
		}
		index := NewIndex(r.First[i : i+1])
		if want := inOrder(index.encode(Words(s)), index.wordsOf(0)); same != want {
			t.Errorf("%q and %q share %d words, want %d", s, r.First[i], same, want)
		}
	}
}

// The index finds what looking everywhere finds.
func TestLongestRunsAreThoseOfBruteForce(t *testing.T) {
	r := readReference(t)
	index := NewIndex(r.First)
	for _, s := range r.Second {
		words := Words(s)
		shared, _ := index.search(words)
		for i := range words {
			want := 0
			for _, other := range r.First {
				for n := want + 1; i+n <= len(words) && strings.Contains(" "+other+" ", " "+strings.Join(words[i:i+n], " ")+" "); n++ {
					want = n
				}
			}
			if shared[i] != want {
				t.Errorf("%q from word %d: %d, want %d", s, i, shared[i], want)
			}
		}
	}
}
