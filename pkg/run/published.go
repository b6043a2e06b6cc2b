package run

import "github.com/hemiciclo/hemiciclo/pkg/chart"

// What follows are the figures that the study published in 2020. They are references to hold
// ours against, never our results, and tables name them so.

// PublishedPrompts are the five that the study's models continued.
var PublishedPrompts = []string{
	"Con los vecinos de la comuna estamos trabajando ",
	"Con los vecinos ",
	"Vamos con todo ",
	"El 27 de enero del año 2010 ",
	"El presidente  ",
}

// defaultPrompts are those of another corpus than the study's: its five, but for the one
// that names a day of its own.
var defaultPrompts = []string{
	"Con los vecinos de la comuna estamos trabajando ",
	"Con los vecinos ",
	"Vamos con todo ",
	"Este año vamos a ",
	"El presidente ",
}

// NotPublished stands where the study's figures would, in a corpus that shows none.
var NotPublished = chart.Note{
	Kind: chart.Info, Title: "Las cifras que publicó el estudio no se muestran",
	Text: "Son de otro corpus. Para verlas junto a las de aquí, ponga published = true en study.toml.",
}

// PublishedNote stands below a table that shows the study's figures.
func (r *Run) PublishedNote() string {
	if !r.Settings.Published {
		return ""
	}
	return "Lo publicado es de otro corpus, el del estudio."
}

// PublishedSteps are the rows that each step of the load kept; the join and
// the empty texts have no published count of their own.
var PublishedSteps = map[string]int{
	"read":       1_173_079,
	"distinct":   1_078_000,
	"original":   488_541,
	"window":     239_892,
	"min_tokens": 170_306,
}

// PublishedDrops are the rows that the load dropped for a reason, where they were
// published or follow from PublishedSteps.
var PublishedDrops = map[string]int{
	"copy":    1_173_079 - 1_078_000,
	"outside": 488_541 - 239_892,
	"blank":   1_851,
}

// PublishedSide holds the study's figures of one side's data set.
type PublishedSide struct {
	Parties               string
	Tweets, Train, Test   int
	TrainChars, TestChars int // 0: not published
}

// PublishedSides are the study's data sets.
var PublishedSides = map[Side]PublishedSide{
	Right: {Parties: "UDI", Tweets: 31_631, Train: 26_886, Test: 4_745, TrainChars: 5_690_881, TestChars: 1_006_141},
	Left:  {Parties: "PL, PH, PC, RD, FRVS", Tweets: 22_571, Train: 19_185, Test: 3_386},
}

// PublishedEvery is the number of steps between the losses that were published.
const PublishedEvery = 500

// PublishedLosses are those at every 500th step, where published: the validation
// losses, and the mean training losses of the steps since the one before.
var PublishedLosses = []struct {
	Recipe, Base     string
	Losses, Training []float64
}{
	{
		"en-right", "gpt2 (inglés)",
		[]float64{1.892, 1.568, 1.398, 1.298, 1.235, 1.190, 1.158, 1.143, 1.130, 1.123},
		[]float64{3.998, 3.173, 2.904, 2.743, 2.636, 2.569, 2.506, 2.470, 2.439, 2.420},
	},
	{"es48-right", "gpt2-es-48heads", []float64{2.024, 1.768, 1.671, 1.648, 1.626, 1.612, 1.615}, nil},
	{"es16-right", "gpt2_espanol_8hx512pos", []float64{2.087, 1.809, 1.704, 1.668, 1.638, 1.622, 1.621}, nil},
}

// PublishedTraining has the number of steps of each recipe and the mean training loss of
// all of them, where published.
var PublishedTraining = map[string]struct {
	Steps int
	Loss  float64
}{
	"en-right":  {5_280, 2.766},
	"es16-left": {8_820, 1.553},
}

// PublishedPerplexity is one that the study measured.
type PublishedPerplexity struct {
	Model        string
	Base         string // the recipe whose base this is, if it was not tuned
	Text, Window string
	Perplexity   float64
}

// PublishedPerplexities are the study's, each measured with its own window and
// vocabulary, so that they do not compare with one another nor with ours.
var PublishedPerplexities = []PublishedPerplexity{
	{"es48-right", "", "derecha, prueba", "512 / 256", 18.02},
	{"es48-right", "", "derecha, entrenamiento", "512 / 256", 8.29},
	{"es16-right", "", "derecha, prueba", "512 / 512", 18.37},
	{"es16-right", "", "derecha, entrenamiento", "512 / 512", 8.34},
	{"gpt2 (inglés, sin afinar)", "en-right", "derecha, prueba", "256 / 512", 148.37},
}
