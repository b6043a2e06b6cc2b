package chart

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"time"

	"github.com/janpfeifer/gonb/gonbui"
	"github.com/janpfeifer/gonb/gonbui/protocol"
)

// Show puts elements into the output of the cell that runs the program, one after the
// other; outside of a notebook it prints their text to standard output. It returns the
// first error; the elements before it have been shown.
func Show(elements ...Element) error {
	for _, element := range elements {
		b, err := element.MIME()
		if err != nil {
			return err
		}
		if err := send(b, ""); err != nil {
			return err
		}
	}
	return Flush()
}

// out is where text goes outside of a notebook.
var out io.Writer = os.Stdout

// Display shows a bundle. A bundle with the id of an earlier one replaces it; with "" it
// gets an output of its own.
type Display func(b Bundle, id string) error

// elsewhere, if not nil, is where everything is shown. A goroutine may show something while
// another ends that.
var elsewhere atomic.Pointer[Display]

// DisplayWith makes d show everything, in place of the notebook or the terminal. d must not
// keep the bundle after it returns. nil ends it.
func DisplayWith(d Display) {
	if d == nil {
		elsewhere.Store(nil)
		return
	}
	elsewhere.Store(&d)
}

// live tells whether what is shown can be replaced.
func live() bool { return elsewhere.Load() != nil || gonbui.IsNotebook }

// InNotebook tells whether the program runs in a notebook's cell.
func InNotebook() bool { return gonbui.IsNotebook }

// NewID returns an id that no display in the notebook has.
func NewID() string { return "hemiciclo_" + gonbui.UniqueId() }

// Send is the [Display] of the notebook, or of the terminal outside of one. It does not wait
// for the notebook; [Flush] does.
func Send(b Bundle, id string) error {
	if !gonbui.IsNotebook {
		_, err := io.WriteString(out, b.Text)
		return err
	}
	data := map[protocol.MIMEType]any{
		protocol.MIMETextHTML:  b.HTML,
		protocol.MIMETextPlain: b.Text,
	}
	if b.SVG != "" {
		data[protocol.MIMEImageSVG] = b.SVG
	}
	gonbui.SendData(&protocol.DisplayData{Data: data, DisplayID: id})
	if err := gonbui.Error(); err != nil {
		return fmt.Errorf("chart: sending to the notebook: %w", err)
	}
	return nil
}

// send shows a bundle where it belongs.
func send(b Bundle, id string) error {
	if display := elsewhere.Load(); display != nil {
		return (*display)(b, id)
	}
	return Send(b, id)
}

// Flush waits until the kernel has taken everything: a program that ends sooner may lose
// its last outputs.
func Flush() error {
	if !gonbui.IsNotebook {
		return nil
	}
	done := make(chan struct{})
	go func() {
		gonbui.Sync()
		close(done)
	}()
	select {
	case <-done:
		if err := gonbui.Error(); err != nil {
			return fmt.Errorf("chart: sending to the notebook: %w", err)
		}
		return nil
	case <-time.After(30 * time.Second):
		return errors.New("chart: the notebook's kernel does not answer; restart it and run the cell again")
	}
}
