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
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/home"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// EnvPython is the environment variable that names a Python which has pyspark with
// its Connect client, in place of the one that scripts/setup --spark installs.
const EnvPython = "HEMICICLO_SPARK_PYTHON"

// EnvRemote is Spark's own environment variable for the server's address.
const EnvRemote = "SPARK_REMOTE"

// Options says where Load works, and on what. Corpus must be set.
type Options struct {
	// Remote is the server's address, sc://host:port, which may be followed by
	// Spark's own parameters, as in sc://host:443/;use_ssl=true;token=…. If it is
	// empty, that of the environment variable SPARK_REMOTE.
	Remote string
	// Corpus is what load.File would be given, with one difference: Tweets is
	// one folder or file as the cluster sees it, in any form that Spark reads:
	// s3a://bucket/tweets, hdfs:///tweets, or a path. Accounts lies here.
	// TimeZone, Languages, Cleaning, NearCopies, DropAuthorless, and formats other than
	// tweets.FormatJSON are refused; Workers and Progress are without effect.
	Corpus tweets.Options
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
	From         *int64            `json:"from"` // milliseconds since 1970
	To           *int64            `json:"to"`
	MinTokens    int               `json:"min_tokens"`
	MaxMalformed float64           `json:"max_malformed"`
}

// fields are our names of what is read of a record.
var fields = []string{"created_at", "hashtags", "id_str", "mentions", "quoted_text", "retweeted_text", "screen_name", "text"}

func (o Options) request(accounts []tweets.Account) (request, error) {
	c := o.Corpus
	if err := refused(c); err != nil {
		return request{}, err
	}
	if c.Days < 0 {
		return request{}, fmt.Errorf("a date window of %d days: give 0 for none", c.Days)
	}
	if math.IsNaN(c.MaxMalformed) || c.MaxMalformed > 1 {
		return request{}, fmt.Errorf("a share of malformed records of %v: give a number from 0 to 1", c.MaxMalformed)
	}
	r := request{
		Remote: o.Remote, Columns: make(map[string]string), Days: c.Days, From: milliseconds(c.From), To: milliseconds(c.To),
		MinTokens: c.MinTokens, MaxMalformed: max(c.MaxMalformed, 0),
	}
	if c.MinTokens == 0 {
		r.MinTokens = tweets.DefaultMinTokens
	}
	if c.MaxMalformed == 0 {
		r.MaxMalformed = tweets.DefaultMaxMalformed
	}
	if r.Remote == "" {
		r.Remote = os.Getenv(EnvRemote)
	}
	if !strings.HasPrefix(r.Remote, "sc://") {
		return request{}, errors.New("the Spark Connect server's address must be sc://host:port: give it as remote in study.toml, or in SPARK_REMOTE; scripts/spark start starts a server on this machine")
	}
	if len(c.Tweets) != 1 || c.Tweets[0] == "" {
		return request{}, errors.New("give one folder of tweets, as the cluster sees it")
	}
	r.Tweets = c.Tweets[0]
	for _, ours := range slices.Sorted(maps.Keys(c.Columns)) {
		if c.Columns[ours] == "" || strings.ContainsAny(c.Columns[ours], "\",`\n") {
			return request{}, fmt.Errorf("columns: %q cannot be the file's name of %s", c.Columns[ours], ours)
		}
	}
	for _, ours := range fields {
		r.Columns[ours] = ours
		if theirs, given := c.Columns[ours]; given {
			r.Columns[ours] = theirs
		}
	}
	theirs := slices.Sorted(maps.Values(r.Columns))
	if len(slices.Compact(slices.Clone(theirs))) < len(theirs) {
		return request{}, errors.New("columns: two fields cannot have one name in the file")
	}
	r.Accounts = make([]string, len(accounts))
	for i, a := range accounts {
		r.Accounts[i] = a.Key()
	}
	return r, nil
}

// refused is an error that names the first option that only the embedded engine has.
func refused(c tweets.Options) error {
	option := ""
	switch {
	case c.Format != "" && c.Format != tweets.FormatJSON:
		option = fmt.Sprintf("format = %q", c.Format)
	case c.TimeZone != "" && c.TimeZone != "UTC":
		option = fmt.Sprintf("timezone = %q", c.TimeZone)
	case len(c.Languages) > 0:
		option = "languages"
	case c.NearCopies:
		option = "near_copies"
	case c.DropAuthorless:
		option = "drop_authorless"
	case c.Cleaning != tweets.Cleaning{}:
		option = "[cleaning]"
	}
	for _, ours := range slices.Sorted(maps.Keys(c.Columns)) {
		if option == "" && !slices.Contains(fields, ours) {
			option = fmt.Sprintf("columns: %q", ours)
		}
	}
	if option == "" {
		return nil
	}
	return fmt.Errorf("%s: the Spark engine does not have it: take it out of study.toml, or set engine = \"embedded\"", option)
}

func milliseconds(t time.Time) *int64 {
	if t.IsZero() {
		return nil
	}
	ms := t.UnixMilli()
	return &ms
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
		return "", "", fmt.Errorf("the client of Spark is not installed: run scripts/setup --spark: %w", err)
	}
	return interpreter, filepath.Join(root, "pkg", "spark", "load.py"), nil
}
