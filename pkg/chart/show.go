package chart

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/janpfeifer/gonb/gonbui"
	"github.com/janpfeifer/gonb/gonbui/protocol"
)

// Show puts elements into the output of the cell that runs the program, one after the
// other; outside of a notebook it prints their text to standard output. It returns the
// first error; what stands before it has been shown.
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
	return flush()
}

// InNotebook tells whether the program runs in a notebook's cell.
func InNotebook() bool { return gonbui.IsNotebook }

// out is where text goes outside of a notebook.
var out io.Writer = os.Stdout

// send shows a bundle. A display id that the kernel has seen updates its output.
func send(b Bundle, displayID string) error {
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
	gonbui.SendData(&protocol.DisplayData{Data: data, DisplayID: displayID})
	if err := gonbui.Error(); err != nil {
		return fmt.Errorf("chart: sending to the notebook: %w", err)
	}
	return nil
}

// flush waits until the kernel has taken everything: a program that ends sooner may lose
// its last outputs.
func flush() error {
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
