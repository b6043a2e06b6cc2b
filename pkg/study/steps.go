package study

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/study/comparing"
	"github.com/hemiciclo/hemiciclo/pkg/study/exploring"
	"github.com/hemiciclo/hemiciclo/pkg/study/loading"
	"github.com/hemiciclo/hemiciclo/pkg/study/modelling"
)

// Step is something that can be asked of a study by name; what it rests on is done first.
type Step struct {
	Name      string
	Arguments string // what they are, for people; "" if there are none
	What      string // in Spanish

	do func(ctx context.Context, r *run.Run, arguments []string) error
}

// ofSide are the arguments of a step of one side, or of all that the recipe is for.
const ofSide = "[LADO]"

// Steps are those that there are, in the order of the notebooks.
var Steps = []Step{
	{"corpus", "", "crear el corpus de demostración", nothing},
	{"about", "", "reconocer el motor", plain(run.About)},
	{"load", "", "cargar los tweets", plain(loading.Load)},
	{"vectors", "[N]", "word2vec de los n-gramas", doVectors},
	{"separation", "", "medir la separación de los partidos", plain(exploring.SeparationOf)},
	{"ngrams", "", "contar los n-gramas de cada partido", plain(exploring.NgramsOf)},
	{"sides", "", "elegir los lados", plain(loading.ChooseSides)},
	{"tags", "", "contar hashtags y menciones", plain(exploring.TagsOf)},
	{"mentions", "", "contar quién menciona a quién", plain(exploring.MentionsOf)},
	{"dataset", ofSide, "preparar los textos", ofSides(modelling.DataSetOf)},
	{"base", "", "entrenar el modelo base", plain(modelling.Base)},
	{"finetune", ofSide, "afinar el modelo base", ofSides(modelling.FineTune)},
	{"perplexity", ofSide, "medir la perplejidad como el estudio", ofSides(modelling.BesidePerplexities)},
	{"generate", ofSide, "escribir textos", doGenerate},
	{"scores", "", "medir cada tweet con los modelos", plain(comparing.ScoresOf)},
	{"prediction", "", "resumir qué tan bien predicen los modelos", plain(comparing.PredictionOf)},
	{"compare", "", "medir la perplejidad de los modelos", plain(comparing.Compare)},
	{"preference", "", "ver qué modelo prefiere cada tweet", plain(comparing.PreferenceOf)},
	{"calibration", "", "calibrar la preferencia", plain(comparing.CalibrationOf)},
	{"lean", "", "medir qué palabras se inclinan", plain(comparing.LeanOf)},
	{"leangenerated", "N", "medir las palabras de los textos generados", doLeanGenerated},
	{"leantext", "TEXTO", "medir las palabras de un texto", doLeanText},
	{"parties", "", "comparar los partidos", plain(comparing.PartiesOf)},
	{"classifier", "", "entrenar el clasificador de palabras", plain(comparing.ClassifierOf)},
	{"sounds", "", "clasificar los textos generados", plain(comparing.SoundsOf)},
	{"keyness", "", "buscar las palabras que distinguen a cada lado", plain(comparing.KeynessOf)},
	{"generatedwords", "", "comparar las palabras de los textos generados", plain(comparing.GeneratedWordsOf)},
	{"sidevectors", "", "word2vec de cada lado", plain(comparing.SideVectorsOf)},
	{"copying", "", "buscar copias en los textos generados", plain(comparing.CopyingOf)},
	{"variety", "", "medir la variedad de los textos generados", plain(comparing.VarietyOf)},
	{"summary", "", "todo lo que resume la comparación", plain(comparing.Summary)},
	{"playground", "[MB NOMBRES]", "hacer la página para probar los modelos", doPlayground},
}

// StepByName returns a step.
func StepByName(name string) (Step, error) {
	at := slices.IndexFunc(Steps, func(st Step) bool { return st.Name == name })
	if at < 0 {
		var names []string
		for _, st := range Steps {
			names = append(names, st.Name)
		}
		return Step{}, fmt.Errorf("no hay un paso %q; los que hay son %s", name, strings.Join(names, ", "))
	}
	return Steps[at], nil
}

// Do does a step, unless it is done, in this process.
func (s *Study) Do(ctx context.Context, name string, arguments []string) error {
	st, err := StepByName(name)
	if err != nil {
		return err
	}
	if st.Arguments == "" && len(arguments) > 0 {
		return fmt.Errorf("el paso %s no lleva más que su nombre; sobra «%s»", name, strings.Join(arguments, " "))
	}
	return st.do(ctx, &s.Run, arguments)
}

func nothing(context.Context, *run.Run, []string) error { return nil }

// plain is a step without arguments.
func plain[T any](step func(context.Context, *run.Run) (T, error)) func(context.Context, *run.Run, []string) error {
	return func(ctx context.Context, r *run.Run, _ []string) error {
		_, err := step(ctx, r)
		return err
	}
}

// ofSides is a step of the named sides, or of all that the recipe is for.
func ofSides[T any](step func(context.Context, *run.Run, run.Side) (T, error)) func(context.Context, *run.Run, []string) error {
	return func(ctx context.Context, r *run.Run, arguments []string) error {
		sides, err := r.SidesNamed(arguments)
		if err != nil {
			return err
		}
		for _, side := range sides {
			if _, err := step(ctx, r, side); err != nil {
				return err
			}
		}
		return nil
	}
}

func doGenerate(ctx context.Context, r *run.Run, arguments []string) error {
	sides, err := r.SidesNamed(arguments)
	if err != nil {
		return err
	}
	_, err = modelling.Generate(ctx, r, sides...)
	return err
}

func doVectors(ctx context.Context, r *run.Run, arguments []string) error {
	if len(arguments) == 0 {
		_, err := exploring.VectorPanel(ctx, r)
		return err
	}
	given := strings.Join(arguments, " ")
	n, err := strconv.Atoi(given)
	if err != nil {
		return fmt.Errorf("«%s» no es un número de palabras", given)
	}
	_, err = exploring.VectorsOf(ctx, r, n)
	return err
}

func doLeanGenerated(ctx context.Context, r *run.Run, arguments []string) error {
	given := strings.Join(arguments, " ")
	n, err := strconv.Atoi(given)
	if err != nil {
		return fmt.Errorf("«%s» no es un número de textos", given)
	}
	l, err := comparing.LeanOf(ctx, r)
	if err != nil {
		return err
	}
	_, err = l.Generated(ctx, n)
	return err
}

func doLeanText(ctx context.Context, r *run.Run, arguments []string) error {
	l, err := comparing.LeanOf(ctx, r)
	if err != nil {
		return err
	}
	_, err = l.Text(ctx, strings.Join(arguments, " "))
	return err
}

func doPlayground(ctx context.Context, r *run.Run, arguments []string) error {
	o, err := comparing.ReadPlaygroundOptions(arguments)
	if err != nil {
		return err
	}
	_, err = comparing.PlaygroundOf(ctx, r, o)
	return err
}
