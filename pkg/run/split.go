package run

import (
	"errors"
	"fmt"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/corpus"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// Split parts tweets into training and test as study.toml says.
func (r *Run) Split(folder string, rows []tweets.Tweet) (train, test []tweets.Tweet, err error) {
	switch r.Settings.Split {
	case SplitTime:
		train, test = corpus.SplitTime(rows, func(t tweets.Tweet) time.Time { return t.Time }, r.Recipe.TestShare)
	case SplitAuthor:
		train, test, err = corpus.SplitAuthors(rows, func(t tweets.Tweet) string { return t.ScreenName }, r.Recipe.TestShare, r.Recipe.Seed)
		if errors.Is(err, corpus.ErrOneAuthor) && folder == Rest {
			return rows, nil, nil // The base learns from it; nothing is measured on it.
		} else if err != nil {
			err = fmt.Errorf("%s: %w", folder, r.explained(err))
		}
	default:
		train, test = corpus.Split(rows, r.Recipe.TestShare, r.Recipe.Seed)
	}
	return train, test, err
}

// SplitName says which split is in force.
func (r *Run) SplitName() string {
	share := chart.Percent(r.Recipe.TestShare, 0)
	switch r.Settings.Split {
	case SplitTime:
		return fmt.Sprintf("Reparto por fecha: la prueba es el %s más nuevo", share)
	case SplitAuthor:
		return fmt.Sprintf("Reparto por autor: cuentas enteras hasta acercarse al %s de prueba, semilla %d", share, r.Recipe.Seed)
	default:
		return fmt.Sprintf("Reparto al azar, tweet por tweet: %s de prueba, semilla %d", share, r.Recipe.Seed)
	}
}

// SameAuthors warns that what recognises a side may recognise persons.
func (r *Run) SameAuthors() string {
	if r.Settings.Split == SplitAuthor {
		return "Ninguna cuenta de la prueba está en el entrenamiento: lo que se reconoce no son esas personas."
	}
	return "Las mismas cuentas escriben los tweets de entrenamiento y los de prueba: se pueden estar reconociendo personas, como pasaría con dos grupos de cuentas formados por sorteo; con split = \"author\" se prueba con otras."
}

// NeedsAccounts tells whether only an interval over accounts can say something of the sides:
// study.toml asks for it, or the test is of accounts of which nothing was learnt.
func (r *Run) NeedsAccounts() bool {
	return r.Settings.Resample == OverAccounts || r.Settings.Resample == "" && r.Settings.Split == SplitAuthor
}
