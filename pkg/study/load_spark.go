package study

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/spark"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// The engines that load a corpus.
const (
	EngineEmbedded = "embedded" // this program
	EngineSpark    = "spark"    // a cluster
)

// loadSpark is the load on a Spark cluster.
func (s *Study) loadSpark(ctx context.Context) (*tweets.Result, error) {
	track := chart.NewTrack("Leyendo los tweets con Spark", "kB", 0)
	o := spark.Options{Remote: s.Settings.Remote, Corpus: s.loadOptions()}
	o.Corpus.Tweets = []string{s.clusterTweets()}
	o.Progress = func(p spark.Progress) {
		detail := fmt.Sprintf("leo: %s de %s tareas", chart.Integer(p.TasksDone), chart.Integer(p.Tasks))
		switch {
		case p.Rows > 0:
			detail = chart.Integer(p.Rows) + " filas recibidas"
		case p.Stage == tweets.StageWrite:
			detail = fmt.Sprintf("cuento y ordeno: %s de %s tareas", chart.Integer(p.TasksDone), chart.Integer(p.Tasks))
		}
		showing(track.Set(p.Bytes/1000, p.BytesTotal/1000, detail))
	}
	result, err := spark.Load(ctx, o, s.path("tweets.parquet"))
	showing(track.Close(err))
	return result, err
}

// clusterTweets is where the cluster sees the tweets: where study.toml says, else in
// the corpus's folder, which it must then share with this machine.
func (s *Study) clusterTweets() string {
	if s.Settings.Tweets != "" {
		return s.Settings.Tweets
	}
	return spark.SharedPath(filepath.Join(s.Corpus, "tweets"))
}

// loadEngine is the engine that a load is made by, as load.json keeps it: without
// what follows the cluster's address, which may be a secret.
func (s *Study) loadEngine() string {
	if s.Settings.Engine != EngineSpark {
		return EngineEmbedded
	}
	remote := s.Settings.Remote
	if remote == "" {
		remote = os.Getenv(spark.EnvRemote)
	}
	remote, _, _ = strings.Cut(remote, ";")
	return EngineSpark + " " + remote
}

// engineNote tells a reader which engine made the load.
func (l *Loaded) engineNote() string {
	if remote, ok := strings.CutPrefix(l.Summary.Engine, EngineSpark+" "); ok {
		return "Cargado con Spark, en " + remote + "."
	}
	return "Cargado con el motor propio, en esta máquina."
}
