package spark

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/home"
	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// maxMessage bounds a line of what the program says. A line holds some hundred
// rows, or one as large as the embedded loader reads.
const maxMessage = 64 << 20

// patience is how long the program may take to end after it was told to.
const patience = 10 * time.Second

// message is one line of what the program says: one of its fields is set.
type message struct {
	Progress *progress `json:"progress"`
	Rows     []row     `json:"rows"`
	Result   *answer   `json:"result"`
	Error    *failure  `json:"error"`
}

type progress struct {
	Stage      string `json:"stage"` // "read" or "write"
	TasksDone  int    `json:"tasks_done"`
	Tasks      int    `json:"tasks"`
	Bytes      int64  `json:"bytes"`
	BytesTotal int64  `json:"bytes_total"`
}

// row is a survivor: an array in the order of these fields.
type row struct {
	id                 string
	time               int64 // milliseconds since 1970
	account            int
	text, clean        string
	tokens             int
	hashtags, mentions []string
}

func (r *row) UnmarshalJSON(data []byte) error {
	return unmarshalArray(data, &r.id, &r.time, &r.account, &r.text, &r.clean, &r.tokens, &r.hashtags, &r.mentions)
}

// unmarshalArray reads an array of as many values as there are places.
func unmarshalArray(data []byte, places ...any) error {
	n := len(places)
	if err := json.Unmarshal(data, &places); err != nil {
		return err
	}
	if len(places) != n {
		return fmt.Errorf("%d values in place of %d", len(places), n)
	}
	return nil
}

// tweet is the whole tweet.
func (r *row) tweet(accounts []tweets.Account) (tweets.Tweet, error) {
	if r.account < 0 || r.account >= len(accounts) {
		return tweets.Tweet{}, fmt.Errorf("account %d of %d", r.account, len(accounts))
	}
	a := accounts[r.account]
	return tweets.Tweet{
		ID: r.id, Time: time.UnixMilli(r.time).UTC(),
		ScreenName: a.ScreenName, Nombre: a.Nombre, Cargo: a.Cargo, Partido: a.Partido, Coalicion: a.Coalicion,
		Text: r.text, TextClean: r.clean, Tokens: r.tokens, Hashtags: r.hashtags, Mentions: r.mentions,
	}, nil
}

// talk runs the program with a request and gives each message to heard, until it
// ends or the context does.
func talk(ctx context.Context, r request, heard func(*message) error) (err error) {
	interpreter, program, err := python()
	if err != nil {
		return err
	}
	ask, err := json.Marshal(r)
	if err != nil {
		return err
	}
	// Its input stays open: the end of it is what stops the work on the cluster,
	// whether we are interrupted or killed.
	input, keep, err := os.Pipe()
	if err != nil {
		return err
	}
	var once sync.Once
	hangUp := func() { once.Do(func() { _ = keep.Close() }) }
	defer hangUp()

	command := exec.CommandContext(ctx, interpreter, "-u", program)
	command.Stdin = input
	command.Env = append(os.Environ(), "PYTHONUTF8=1", "PYTHONDONTWRITEBYTECODE=1", "PYTHONWARNINGS=ignore")
	said := &home.Tail{Limit: maxShown}
	command.Stderr = said
	command.Cancel = func() error { hangUp(); return nil }
	command.WaitDelay = patience
	output, err := command.StdoutPipe()
	if err != nil {
		_ = input.Close()
		return err
	}
	err = command.Start()
	_ = input.Close()
	if err != nil {
		return fmt.Errorf("starting %s: %w; run scripts/setup --spark", interpreter, err)
	}
	go func() {
		// A program that ended before it read all says why in its own way.
		_, _ = keep.Write(append(ask, '\n'))
	}()
	listened := listen(output, heard)
	if listened != nil {
		hangUp()
	}
	_, _ = io.Copy(io.Discard, output)
	ended := command.Wait()
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case listened != nil && !errors.Is(listened, errSilence):
		return listened
	case ended != nil || listened != nil:
		return fmt.Errorf("the client of Spark ended early (%v): %s", command.ProcessState, shown(strings.TrimSpace(said.String()), maxShown))
	}
	return nil
}

// errSilence: the program ended without a last word.
var errSilence = errors.New("no result")

// listen reads messages up to the last, the result or an error.
func listen(output io.Reader, heard func(*message) error) error {
	lines := bufio.NewScanner(output)
	lines.Buffer(make([]byte, 0, 1<<20), maxMessage)
	for lines.Scan() {
		var m message
		if err := json.Unmarshal(lines.Bytes(), &m); err != nil {
			return fmt.Errorf("the client of Spark said what is not understood: %w: %s", err, shown(lines.Text(), 200))
		}
		if m.Error != nil {
			return m.Error
		}
		if err := heard(&m); err != nil {
			return err
		}
		if m.Result != nil {
			return nil
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("listening to Spark's client: %w", err)
	}
	return errSilence
}
