package loading

import (
	"context"
	"fmt"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/run"
	"github.com/hemiciclo/hemiciclo/pkg/task"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// loadSpark is the load on a Spark cluster. The engine is what load.json keeps of it: without
// what follows the cluster's address, which may be a secret.
func loadSpark(ctx context.Context, r *run.Run) (result *tweets.Result, engine string, err error) {
	track := chart.NewTrack("Leyendo los tweets con Spark", "kB", 0)
	result, remote, err := r.Maker.LoadWithSpark(ctx, task.SparkLoad{
		Corpus: loadOptions(r), Remote: r.Settings.Remote, Tweets: r.Settings.Tweets,
		Progress: func(p task.SparkProgress) { run.LogUnshown(track.Set(p.Bytes/1000, p.BytesTotal/1000, sparkDetail(p))) },
	}, r.Path("tweets.parquet"))
	run.LogUnshown(track.Close(err))
	remote, _, _ = strings.Cut(remote, ";")
	return result, run.EngineSpark + " " + remote, err
}

// sparkDetail is the line below the bar of the load.
func sparkDetail(p task.SparkProgress) string {
	switch {
	case p.Rows > 0:
		return chart.Count(p.Rows, "fila recibida", "filas recibidas")
	case p.Stage == tweets.StageWrite:
		return fmt.Sprintf("cuento y ordeno: %s de %s tareas", chart.Integer(p.TasksDone), chart.Integer(p.Tasks))
	default:
		return fmt.Sprintf("leo: %s de %s tareas", chart.Integer(p.TasksDone), chart.Integer(p.Tasks))
	}
}
