package loading

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/gpt2/config"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/text"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// The rules to which the inputs of a run are held.
const (
	rulePrompts    = "prompts"    // each leaves the model room to go on
	ruleAccounts   = "accounts"   // accounts.csv can be read
	ruleWhom       = "whom"       // what [sides] names is in accounts.csv
	ruleBothSides  = "both sides" // no account is on both
	ruleTweets     = "tweets"     // there are tweets that can be read
	ruleMalformed  = "malformed"  // no more records than max_malformed cannot be read
	ruleLost       = "lost"       // some tweets are left after each step of the load
	ruleSideTweets = "side"       // each side has tweets
	ruleSilent     = "silent"     // each account that [sides] names has tweets
	ruleSplit      = "split"      // each side's tweets can be split
	ruleBatch      = "batch"      // each side's training text makes a step of training
)

// What is read of the tweets to check them: enough to know them by, in seconds.
const (
	sampledFiles   = 500
	sampledRecords = 200_000 // of all of them
)

// bytesPerToken is about what a token of Spanish holds in the small vocabularies; a
// token never holds less than one byte.
const bytesPerToken = 3

// CheckInputs looks at settings, accounts and a sample of the tweets, and says what a
// run would stumble over much later. What a sample alone does not settle is no problem,
// but a warning. Nothing is written.
func CheckInputs(ctx context.Context, r *run.Run) (InputReport, error) {
	report := InputReport{title: r.Settings.Title}
	checkPrompts(r, &report)
	list, err := tweets.ReadAccounts(filepath.Join(r.Corpus, "accounts.csv"))
	if err != nil {
		report.add(ruleAccounts, true, fmt.Sprintf("no se pueden leer las cuentas: %v", err),
			"accounts.csv lleva una fila por cuenta y, al menos, las columnas screen_name y Partido, escritas así.")
		return report, nil
	}
	for _, side := range run.Sides {
		checkWhom(r, &report, side, list)
	}
	checkBothSides(r, &report, list)
	if r.Settings.Engine == run.EngineSpark { // the tweets may lie where only the cluster sees them
		return report, nil
	}
	return report, checkTweets(ctx, r, &report, list)
}

// checkPrompts refuses prompts that cannot fit the model, of which each word takes a
// token at least, and warns of those that probably do not.
func checkPrompts(r *run.Run, report *InputReport) {
	room := r.Recipe.Model.NPositions
	if r.Recipe.BaseModel != "" {
		room = config.Default().NPositions
	}
	g := r.Recipe.Generation
	if g.MaxNewTokens == 0 && g.MaxLength > 0 {
		room = min(room, g.MaxLength)
	}
	for _, prompt := range g.Given(r.Settings.Prompts) {
		words, tokens := len(strings.Fields(prompt)), len(prompt)/bytesPerToken
		if tokens < room && words < room {
			continue
		}
		about := fmt.Sprintf("unos %d tokens", tokens)
		if words >= room {
			about = fmt.Sprintf("%d palabras, y cada una es al menos un token", words)
		}
		report.add(rulePrompts, words >= room,
			fmt.Sprintf("la frase inicial «%s» es demasiado larga: tiene %s, y con la receta %s frase y texto caben en %d tokens", beginning(prompt), about, r.Recipe.Name, room),
			"Acórtela en prompts, en study.toml.")
	}
}

// beginning is the text's, for a message.
func beginning(text string) string {
	const most = 60
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// checkWhom looks for what a side names in the accounts.
func checkWhom(r *run.Run, report *InputReport, side run.Side, list []tweets.Account) {
	settings := r.SideSettings(side)
	someone := slices.ContainsFunc(list, settings.Has)
	for _, names := range []struct {
		key    string
		wanted []string
		alone  func(list []string) run.SideSettings
		of     func(tweets.Account) string
	}{
		{"partido", settings.Partido, func(l []string) run.SideSettings { return run.SideSettings{Partido: l} }, func(a tweets.Account) string { return a.Partido }},
		{"coalicion", settings.Coalicion, func(l []string) run.SideSettings { return run.SideSettings{Coalicion: l} }, func(a tweets.Account) string { return a.Coalicion }},
		{"screen_name", settings.ScreenName, func(l []string) run.SideSettings { return run.SideSettings{ScreenName: l} }, func(a tweets.Account) string { return a.ScreenName }},
	} {
		known := map[string]bool{}
		for _, a := range list {
			known[names.of(a)] = true
		}
		for _, name := range names.wanted {
			if slices.ContainsFunc(list, names.alone([]string{name}).Has) {
				continue
			}
			report.add(ruleWhom, !someone,
				fmt.Sprintf("%s = «%s», del lado %s, no está en accounts.csv", names.key, beginning(name), r.Named(side)),
				closest(name, slices.Sorted(maps.Keys(known)))+" Corrija [sides] en study.toml.")
		}
	}
}

// closest suggests the known spelling that is closest to a name, if one is close.
func closest(name string, known []string) string {
	fold := func(s string) []rune { return []rune(strings.ToLower(strings.TrimPrefix(s, "@"))) }
	// A long name is compared by its beginning: the time it takes grows with the square.
	wanted := fold(beginning(name))
	best, least := "", max(2, len(wanted)/3)+1
	for _, k := range known {
		if far := text.Distance(wanted, fold(beginning(k))); far < least && k != "" {
			best, least = k, far
		}
	}
	if best == "" {
		return "No hay ningún nombre parecido."
	}
	return fmt.Sprintf("¿Es «%s»?", best)
}

// checkBothSides finds accounts that both sides pick.
func checkBothSides(r *run.Run, report *InputReport, list []tweets.Account) {
	right, left := r.SideSettings(run.Right), r.SideSettings(run.Left)
	for _, a := range list {
		if right.Has(a) && left.Has(a) {
			report.add(ruleBothSides, true, fmt.Sprintf("@%s (%s, %s) cae en los dos lados", a.ScreenName, cmp.Or(a.Partido, run.NoParty), cmp.Or(a.Coalicion, run.NoCoalition)),
				"Corrija [sides] en study.toml: cada cuenta está en un lado a lo más.")
			return // one shows what is wrong with all
		}
	}
}

// checkTweets reads a sample of the tweets and holds it to the rules on them.
func checkTweets(ctx context.Context, r *run.Run, report *InputReport, list []tweets.Account) error {
	folder := filepath.Join(r.Corpus, "tweets")
	if _, err := os.Stat(folder); run.IsMissing(err) {
		report.add(ruleTweets, true, fmt.Sprintf("no existe la carpeta %s", folder), "Ponga ahí los archivos de los tweets.")
		return nil
	}
	result, whole, err := r.Maker.SampleTweets(ctx, loadOptions(r), sampledFiles, sampledRecords)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		report.add(ruleTweets, true, fmt.Sprintf("no se pueden leer los tweets: %v", err),
			"Corrija el archivo, o diga en [columns] de study.toml cómo se llaman sus columnas.")
		return nil
	}
	report.Sampled, report.Whole, report.Files, report.Records = true, whole, result.Files, result.Rows(tweets.StepRead)+result.MalformedCount
	checkReadable(r, report, result)
	if result.Rows(tweets.StepRead) == 0 {
		if result.MalformedCount == 0 {
			report.add(ruleTweets, true, fmt.Sprintf("los archivos de %s no tienen ningún tweet", folder), "Ponga ahí los archivos de los tweets.")
		}
		return nil
	}
	if checkLost(r, report, result, list) {
		for _, side := range run.Sides {
			checkSide(r, report, side, result.Tweets, list)
		}
	}
	return nil
}

// checkReadable compares the records that cannot be read with those that may be.
func checkReadable(r *run.Run, report *InputReport, result *tweets.Result) {
	if share := float64(result.MalformedCount) / float64(max(1, report.Records)); share <= r.Settings.MaxMalformed {
		return
	}
	report.add(ruleMalformed, report.Whole || result.MalformedCount == report.Records,
		fmt.Sprintf("de %s, %s leer; el primero: %v", chart.Count(report.Records, "registro", "registros"), chart.Count(result.MalformedCount, "no se puede", "no se pueden"), result.Malformed[0]),
		"Corrija esas filas, diga en [columns] de study.toml cómo se llaman las columnas, o admita más con max_malformed.")
}

// checkLost finds the step after which no tweet is left; it tells whether some are.
func checkLost(r *run.Run, report *InputReport, result *tweets.Result, list []tweets.Account) bool {
	at := slices.IndexFunc(result.Steps, func(step tweets.Step) bool { return step.Rows == 0 })
	if at < 0 {
		return true
	}
	step := result.Steps[at].Name
	what, mend := lost(r, step, result, list)
	report.add(ruleLost, report.Whole, fmt.Sprintf("%sno queda ningún tweet después del paso «%s»: %s", report.where(), stepName(r.Settings, step), what), mend)
	return false
}

// lost says why a step left nothing, and the mend.
func lost(r *run.Run, step string, result *tweets.Result, list []tweets.Account) (what, mend string) {
	switch step {
	case tweets.StepOriginal:
		return "todos son retweets o citas", "Agregue tweets originales, o corrija quoted_text y retweeted_text en [columns] de study.toml."
	case tweets.StepWindow:
		return fmt.Sprintf("el más nuevo de los leídos es del %s", result.Newest.Format("2006-01-02")), "Corrija days, from o to en study.toml."
	case tweets.StepLanguage:
		return "ninguno dice estar en esos idiomas", "Corrija languages en study.toml."
	case tweets.StepJoined:
		by := ""
		for _, drop := range result.Drops {
			if drop.Reason == tweets.ReasonStranger && len(drop.Examples) > 0 {
				by = drop.Examples[0].ScreenName
			}
		}
		if by == "" {
			return "ninguno dice quién lo escribió", "Diga en [columns] de study.toml cuál es la columna de quien escribe, screen_name."
		}
		var known []string
		for _, a := range list {
			known = append(known, a.ScreenName)
		}
		return fmt.Sprintf("quienes escriben, como «%s», no están en accounts.csv", beginning(by)),
			closest(by, known) + " Corrija screen_name en accounts.csv, o diga en [columns] de study.toml cuál es la columna de quien escribe."
	case tweets.StepMinTokens:
		return "todos son más cortos", fmt.Sprintf("Baje min_tokens (ahora %d) en study.toml.", r.Settings.MinTokens)
	default: // StepNotBlank: the others leave something of what they are given
		return "solo tienen enlaces", "Mire si text, en [columns] de study.toml, es la columna del texto."
	}
}

// checkSide holds a side's tweets to what the training needs of them.
func checkSide(r *run.Run, report *InputReport, side run.Side, all []tweets.Tweet, list []tweets.Account) {
	isSide := r.SideFilter(side)
	rows := slices.DeleteFunc(slices.Clone(all), func(t tweets.Tweet) bool { return !isSide.Has(t) })
	if len(rows) == 0 {
		report.add(ruleSideTweets, report.Whole, fmt.Sprintf("%sel lado %s no tiene ningún tweet", report.where(), r.Named(side)),
			"Agregue los tweets de sus cuentas, o corrija [sides] en study.toml.")
		return
	}
	if !report.Whole {
		return
	}
	checkSilent(r, report, side, rows, list)
	train, test, err := r.Split(side.Folder(), rows)
	if err != nil {
		report.add(ruleSplit, true, err.Error(), "Con otro reparto, o con más cuentas en el lado, sí se puede.")
		return
	}
	checkBatch(r, report, side, train)
	if len(test) == 0 {
		report.add(ruleSplit, true, fmt.Sprintf("de %s del lado %s no queda ninguno para la prueba", chart.Count(len(rows), "tweet", "tweets"), r.Named(side)), "El lado necesita más tweets.")
	}
}

// checkSilent warns of accounts that a side names one by one, but of which no tweet is left.
func checkSilent(r *run.Run, report *InputReport, side run.Side, rows []tweets.Tweet, list []tweets.Account) {
	wrote := map[string]bool{}
	for _, t := range rows {
		wrote[t.ScreenName] = true
	}
	var silent []string
	named := run.SideSettings{ScreenName: r.SideSettings(side).ScreenName}
	for _, a := range list {
		if named.Has(a) && !wrote[a.ScreenName] {
			silent = append(silent, "@"+a.ScreenName)
		}
	}
	if len(silent) > 0 {
		report.add(ruleSilent, false, fmt.Sprintf("del lado %s no queda ningún tweet de %s", r.Named(side), strings.Join(silent, ", ")),
			"Agregue sus tweets, o quite esas cuentas de [sides] en study.toml; si los hay, mire min_tokens y las fechas.")
	}
}

// checkBatch compares a side's training text with the tokens of one step.
func checkBatch(r *run.Run, report *InputReport, side run.Side, train []tweets.Tweet) {
	t := r.Recipe.Tune
	need, size := t.BlockSize*cmp.Or(t.BatchSize, 1)*cmp.Or(t.GradientAccumulation, 1), 0
	for _, tweet := range train {
		size += len(tweet.TextClean) + 1 // and what parts it from the next
	}
	if size/bytesPerToken >= need {
		return
	}
	report.add(ruleBatch, size < need,
		fmt.Sprintf("el lado %s tiene muy poco texto para entrenar: %s bytes, unos %s tokens, y un paso con la receta %s toma %s", r.Named(side),
			chart.Integer(size), chart.Integer(size/bytesPerToken), r.Recipe.Name, chart.Integer(need)),
		"Agregue tweets o cuentas al lado: mire en [sides], min_tokens y las fechas de study.toml qué se deja fuera.")
}
