package comparing

import (
	"fmt"

	"github.com/hemiciclo/hemiciclo/pkg/compare"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// writers are the accounts that wrote tweets, tweet by tweet.
func writers(parts ...[]tweets.Tweet) (accounts []string) {
	for _, rows := range parts {
		for _, t := range rows {
			accounts = append(accounts, t.ScreenName)
		}
	}
	return accounts
}

// dealtBy gives the owners by whom texts are dealt at random: none if study.toml asks for figures
// over tweets.
func dealtBy(r *run.Run, owners [2][]string) [2][]string {
	if r.Settings.Resample == run.OverTweets {
		return [2][]string{}
	}
	return owners
}

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
