package study

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Step is something that can be asked of a study by name; what it rests on is done first.
type Step struct {
	Name      string
	Arguments string // what they are, for people; "" if there are none
	What      string // in Spanish

	do func(s *Study, ctx context.Context, arguments []string) error
}

// ofSide are the arguments of a step of one side, or of all that the recipe is for.
const ofSide = "[LADO]"

// Steps are those that there are, in the order of the notebooks.
var Steps = []Step{
	{"corpus", "", "crear el corpus de demostración", nothing},
	{"about", "", "reconocer el motor", plain((*Study).about)},
	{"load", "", "cargar los tweets", plain((*Study).load)},
	{"vectors", "[N]", "word2vec de los n-gramas", doVectors},
	{"separation", "", "medir la separación de los partidos", plain((*Study).separation)},
	{"ngrams", "", "contar los n-gramas de cada partido", plain((*Study).ngrams)},
	{"sides", "", "elegir los lados", plain((*Study).sides)},
	{"tags", "", "contar hashtags y menciones", plain((*Study).tags)},
	{"mentions", "", "contar quién menciona a quién", plain((*Study).mentions)},
	{"dataset", ofSide, "preparar los textos", ofSides((*Study).dataSet)},
	{"base", "", "entrenar el modelo base", plain((*Study).base)},
	{"finetune", ofSide, "afinar el modelo base", ofSides((*Study).fineTune)},
	{"perplexity", ofSide, "medir la perplejidad como el estudio", ofSides((*Study).besidePerplexities)},
	{"generate", ofSide, "escribir textos", doGenerate},
	{"scores", "", "medir cada tweet con los modelos", plain((*Study).scores)},
	{"prediction", "", "resumir qué tan bien predicen los modelos", plain((*Study).prediction)},
	{"compare", "", "medir la perplejidad de los modelos", plain((*Study).compare)},
	{"preference", "", "ver qué modelo prefiere cada tweet", plain((*Study).preference)},
	{"calibration", "", "calibrar la preferencia", plain((*Study).calibration)},
	{"lean", "", "medir qué palabras se inclinan", plain((*Study).lean)},
	{"leangenerated", "N", "medir las palabras de los textos generados", doLeanGenerated},
	{"leantext", "TEXTO", "medir las palabras de un texto", doLeanText},
	{"parties", "", "comparar los partidos", plain((*Study).parties)},
	{"classifier", "", "entrenar el clasificador de palabras", plain((*Study).classifier)},
	{"sounds", "", "clasificar los textos generados", plain((*Study).sounds)},
	{"keyness", "", "buscar las palabras que distinguen a cada lado", plain((*Study).keyness)},
	{"generatedwords", "", "comparar las palabras de los textos generados", plain((*Study).generatedWords)},
	{"sidevectors", "", "word2vec de cada lado", plain((*Study).sideVectors)},
	{"copying", "", "buscar copias en los textos generados", plain((*Study).copying)},
	{"variety", "", "medir la variedad de los textos generados", plain((*Study).variety)},
	{"summary", "", "todo lo que resume la comparación", plain((*Study).summary)},
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
		return Step{}, fmt.Errorf("no hay un paso %q; los hay: %s", name, strings.Join(names, ", "))
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
	return st.do(s, ctx, arguments)
}

func nothing(*Study, context.Context, []string) error { return nil }

// plain is a step without arguments.
func plain[T any](step func(*Study, context.Context) (T, error)) func(*Study, context.Context, []string) error {
	return func(s *Study, ctx context.Context, _ []string) error {
		_, err := step(s, ctx)
		return err
	}
}

// ofSides is a step of the named sides, or of all that the recipe is for.
func ofSides[T any](step func(*Study, context.Context, Side) (T, error)) func(*Study, context.Context, []string) error {
	return func(s *Study, ctx context.Context, arguments []string) error {
		sides, err := s.sidesNamed(arguments)
		if err != nil {
			return err
		}
		for _, side := range sides {
			if _, err := step(s, ctx, side); err != nil {
				return err
			}
		}
		return nil
	}
}

// sidesNamed are the sides of those names, as the study or the corpus calls them; without any,
// all that the recipe is for.
func (s *Study) sidesNamed(names []string) ([]Side, error) {
	var sides []Side
	for _, side := range Sides {
		if len(names) == 0 && s.Recipe.has(side) {
			sides = append(sides, side)
		}
	}
	for _, name := range names {
		at := slices.IndexFunc(Sides, func(side Side) bool {
			return strings.EqualFold(name, side.Folder()) || strings.EqualFold(name, s.Label(side)) || strings.EqualFold(name, side.String())
		})
		if at < 0 {
			return nil, fmt.Errorf("no hay un lado «%s»; los lados son %s y %s", name, Right.Folder(), Left.Folder())
		}
		sides = append(sides, Sides[at])
	}
	return sides, nil
}

// sideFolders are the sides' names for a worker.
func sideFolders(sides []Side) []string {
	var names []string
	for _, side := range sides {
		names = append(names, side.Folder())
	}
	return names
}

func doGenerate(s *Study, ctx context.Context, arguments []string) error {
	sides, err := s.sidesNamed(arguments)
	if err != nil {
		return err
	}
	_, err = s.generate(ctx, sides...)
	return err
}

func doVectors(s *Study, ctx context.Context, arguments []string) error {
	first, last := 1, maxN
	if len(arguments) > 0 {
		n, err := strconv.Atoi(arguments[0])
		if err != nil {
			return fmt.Errorf("«%s» no es un número de palabras", arguments[0])
		}
		first, last = n, n
	}
	for n := first; n <= last; n++ {
		if _, err := s.vectors(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

func doLeanGenerated(s *Study, ctx context.Context, arguments []string) error {
	n, err := strconv.Atoi(strings.Join(arguments, " "))
	if err != nil {
		return fmt.Errorf("«%s» no es un número de textos", strings.Join(arguments, " "))
	}
	l, err := s.lean(ctx)
	if err != nil {
		return err
	}
	_, err = l.generated(ctx, n)
	return err
}

func doLeanText(s *Study, ctx context.Context, arguments []string) error {
	l, err := s.lean(ctx)
	if err != nil {
		return err
	}
	_, err = l.text(ctx, strings.Join(arguments, " "))
	return err
}

func doPlayground(s *Study, ctx context.Context, arguments []string) error {
	o, err := playgroundOptions(arguments)
	if err != nil {
		return err
	}
	_, err = s.playground(ctx, o)
	return err
}
