package comparing

import (
	"fmt"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/run"
)

// signed writes a difference with its sign.
func signed(v float64, decimals int) string {
	text := chart.Number(v, decimals)
	if v > 0 && text != chart.Number(0, decimals) {
		return "+" + text
	}
	return text
}

// handle is an account's name as Twitter writes it.
func handle(name string) string { return "@" + strings.TrimPrefix(name, "@") }

// oneLine is a cell's text for use in a sentence.
func oneLine(cell string) string { return strings.ReplaceAll(cell, "\n", " ") }

// dealtWhat says what was dealt at random into two piles: accounts, or single tweets.
func dealtWhat(byAccount bool) string {
	if byAccount {
		return "cuentas repartidas al azar, cada una con todos sus tweets"
	}
	return "tweets repartidos al azar"
}

// dealtNote says what it means that tweets were dealt, if study.toml does not ask for that.
func dealtNote(r *run.Run, byAccount bool) string {
	if byAccount || r.Settings.Resample == run.OverTweets {
		return ""
	}
	return fmt.Sprintf("Para repartir cuentas enteras hacen falta %d por lado, y de tamaños no muy desiguales; como se repartieron tweets, una diferencia puede deberse a quiénes escriben, y no a su lado.", compare.FewestAccounts)
}
