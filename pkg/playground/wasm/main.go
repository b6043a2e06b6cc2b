//go:build js && wasm

// Command wasm is one model of the playground, in a Web Worker of its own: it takes
// requests as messages and answers with messages, each a piece of JSON.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"syscall/js"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/gpt2/config"
	"github.com/hemiciclo/hemiciclo/pkg/playground/model"
)

// request is what the page asks for; Kind says which of the other fields count.
type request struct {
	Kind string `json:"kind"` // "load", "continue", "stop", "score" or "words"
	ID   int    `json:"id"`   // comes back with the answer

	Config config.GPT2  `json:"config"`
	Before model.Before `json:"before"`

	Text     string         `json:"text"`
	Settings model.Settings `json:"settings"`
	NLL      [][]float32    `json:"nll"`
}

// answer is what comes of it. A failure has an Error; one that the page explains has a Why.
type answer struct {
	ID    int    `json:"id"`
	Done  bool   `json:"done"` // nothing more will come
	Value any    `json:"value,omitempty"`
	Error string `json:"error,omitempty"`
	Why   string `json:"why,omitempty"` // "long" or "stopped"
}

// breath is how long the program computes before it looks for messages.
const breath = 15 * time.Millisecond

var errStopped = errors.New("stopped")

// worker holds the model and what is under way.
type worker struct {
	model   *model.Model
	stopped bool // the text that is being written is not wanted any more
}

func main() {
	w := &worker{}
	queue := make(chan func(), 16)
	js.Global().Set("onmessage", js.FuncOf(func(_ js.Value, args []js.Value) any {
		data := args[0].Get("data")
		var r request
		if err := json.Unmarshal([]byte(data.Get("request").String()), &r); err != nil {
			send(answer{Done: true, Error: err.Error()})
			return nil
		}
		if r.Kind == "stop" {
			w.stopped = true
			return nil
		}
		queue <- func() { send(w.answer(r, data)) }
		return nil
	}))
	js.Global().Call("postMessage", `{"ready":true}`)
	for work := range queue {
		work()
	}
}

// answer does what is asked.
func (w *worker) answer(r request, data js.Value) answer {
	value, err := w.do(r, data)
	a := answer{ID: r.ID, Done: true, Value: value}
	if err != nil {
		a.Error = err.Error()
		switch {
		case errors.Is(err, model.ErrTooLong):
			a.Why = "long"
		case errors.Is(err, errStopped):
			a.Why = "stopped"
		}
	}
	return a
}

func (w *worker) do(r request, data js.Value) (any, error) {
	switch r.Kind {
	case "load":
		weights := bytesOf(data.Get("weights"))
		loaded, err := model.Read(r.Config, bytes.NewReader(weights), int64(len(weights)), bytes.NewReader(bytesOf(data.Get("tokenizer"))), r.Before)
		w.model = loaded
		return nil, err
	case "continue":
		w.stopped = false
		var last time.Time // The first token is shown at once.
		return w.model.Continue(r.Text, r.Settings, func(c model.Continuation) error {
			if time.Since(last) >= breath {
				send(answer{ID: r.ID, Value: c})
				yield()
				last = time.Now()
			}
			if w.stopped {
				return errStopped
			}
			return nil
		})
	case "score":
		return w.model.Score(r.Text)
	case "words":
		own, err := w.model.Score(r.Text)
		if err != nil {
			return nil, err
		}
		scores := make([]model.Score, len(r.NLL))
		for i, nll := range r.NLL {
			if scores[i] = (model.Score{Pieces: own.Pieces, NLL: nll}); len(nll) != len(own.NLL) {
				return nil, fmt.Errorf("%d scores of %d tokens", len(nll), len(own.NLL))
			}
		}
		return model.Words(scores...), nil
	}
	return nil, fmt.Errorf("%q is no kind of request", r.Kind)
}

// send posts an answer to the page.
func send(a answer) {
	data, err := json.Marshal(a)
	if err != nil {
		data, _ = json.Marshal(answer{ID: a.ID, Done: true, Error: err.Error()})
	}
	js.Global().Call("postMessage", string(data))
}

// yield lets the browser hand over the messages that came in the meantime.
func yield() {
	over := make(chan struct{})
	channel := js.Global().Get("MessageChannel").New()
	var resume js.Func
	resume = js.FuncOf(func(js.Value, []js.Value) any {
		resume.Release()
		channel.Get("port1").Call("close")
		close(over)
		return nil
	})
	channel.Get("port1").Set("onmessage", resume)
	channel.Get("port2").Call("postMessage", nil)
	<-over
}

// bytesOf copies an ArrayBuffer.
func bytesOf(buffer js.Value) []byte {
	array := js.Global().Get("Uint8Array").New(buffer)
	data := make([]byte, array.Length())
	js.CopyBytesToGo(data, array)
	return data
}
