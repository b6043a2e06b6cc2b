package spark

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/home"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// EnvPython is the environment variable that names a Python which has pyspark with
// its Connect client, in place of the one that scripts/setup --spark installs.
const EnvPython = "HEMICICLO_SPARK_PYTHON"

// EnvRemote is Spark's own environment variable for the server's address.
const EnvRemote = "SPARK_REMOTE"

// Options says where and what Load reads and what it keeps. Accounts and Tweets
// must be set.
type Options struct {
	// Remote is the server's address, sc://host:port, which may be followed by
	// Spark's own parameters, as in sc://host:443/;use_ssl=true;token=…. If it is
	// empty, that of the environment variable SPARK_REMOTE.
	Remote string
	// Accounts is the path of the accounts CSV on this machine.
	Accounts string
	// Tweets is the tweets' folder or file as the cluster sees it, in any form that
	// Spark reads: s3a://bucket/tweets, hdfs:///tweets, or a path.
	Tweets string
	// Columns, Days, MinTokens and MaxMalformed are as in tweets.Options.
	Columns      map[string]string
	Days         int
	MinTokens    int
	MaxMalformed float64
	// Progress, if set, is called from time to time, never by two goroutines at once.
	Progress func(Progress)
}

// Progress says how far a load is.
type Progress struct {
	Stage tweets.Stage
	// Bytes of all tweet files that the tasks which are done have read.
	Bytes, BytesTotal int64
	// Tasks of the cluster, of the stage; their total grows as Spark plans more.
	TasksDone, Tasks int
	// Rows is the number of survivors that have come home.
	Rows int
}

// request is the line with which the talk begins.
type request struct {
	Remote       string            `json:"remote"`
	Tweets       string            `json:"tweets"`
	Accounts     []string          `json:"accounts"` // Account.Key, in their order
	Columns      map[string]string `json:"columns"`
	Days         int               `json:"days"`
	MinTokens    int               `json:"min_tokens"`
	MaxMalformed float64           `json:"max_malformed"`
}

// fields are our names of what is read of a record.
var fields = []string{"created_at", "hashtags", "id_str", "mentions", "quoted_text", "retweeted_text", "screen_name", "text"}

func (o Options) request(accounts []tweets.Account) (request, error) {
	if o.Days < 0 {
		return request{}, fmt.Errorf("a date window of %d days: give 0 for none", o.Days)
	}
	if math.IsNaN(o.MaxMalformed) || o.MaxMalformed > 1 {
		return request{}, fmt.Errorf("a share of malformed records of %v: give a number from 0 to 1", o.MaxMalformed)
	}
	r := request{Remote: o.Remote, Tweets: o.Tweets, Columns: make(map[string]string), Days: o.Days, MinTokens: o.MinTokens}
	if r.Remote == "" {
		r.Remote = os.Getenv(EnvRemote)
	}
	if !strings.HasPrefix(r.Remote, "sc://") {
		return request{}, errors.New(`the Spark Connect server's address must be sc://host:port: give it as remote in study.toml, or in SPARK_REMOTE; scripts/spark start starts a server on this machine`)
	}
	if r.Tweets == "" {
		return request{}, errors.New("no folder of tweets given")
	}
	if r.MinTokens == 0 {
		r.MinTokens = tweets.DefaultMinTokens
	}
	r.MaxMalformed = o.share()
	for _, ours := range slices.Sorted(maps.Keys(o.Columns)) {
		if !slices.Contains(fields, ours) {
			return request{}, fmt.Errorf("columns: no field is called %q; those that can be given are %s", ours, strings.Join(fields, ", "))
		}
		if o.Columns[ours] == "" || strings.ContainsAny(o.Columns[ours], "\",`\n") {
			return request{}, fmt.Errorf("columns: %q cannot be the file's name of %s", o.Columns[ours], ours)
		}
	}
	for _, ours := range fields {
		r.Columns[ours] = ours
		if theirs, given := o.Columns[ours]; given {
			r.Columns[ours] = theirs
		}
	}
	r.Accounts = make([]string, len(accounts))
	for i, a := range accounts {
		r.Accounts[i] = a.Key()
	}
	return r, nil
}

// share is the share of malformed records that is allowed.
func (o Options) share() float64 {
	if o.MaxMalformed == 0 {
		return tweets.DefaultMaxMalformed
	}
	return max(o.MaxMalformed, 0)
}

// SharedPath is how Options.Tweets says a path of this machine which the cluster
// shares: on its own disks, not the cluster's file system, and with nothing in it a pattern.
func SharedPath(path string) string {
	escape := strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`, "]", `\]`, "{", `\{`, "}", `\}`)
	return "file://" + escape.Replace(filepath.ToSlash(path))
}

// python returns the Python that has Spark's client, and the program for it.
func python() (interpreter, program string, err error) {
	root, err := home.Dir()
	if err != nil {
		return "", "", err
	}
	interpreter = os.Getenv(EnvPython)
	if interpreter == "" {
		interpreter = filepath.Join(root, ".tools", "spark-venv", "bin", "python")
	}
	if _, err := os.Stat(interpreter); err != nil {
		return "", "", fmt.Errorf("Spark's client is not installed: run scripts/setup --spark: %w", err)
	}
	return interpreter, filepath.Join(root, "scripts", "spark_load.py"), nil
}
