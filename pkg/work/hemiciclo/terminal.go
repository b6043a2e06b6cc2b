package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/sys/unix"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/job"
)

// say prints a text that may quote a corpus, so that nothing in it commands the terminal.
func say(out io.Writer, format string, values ...any) {
	_, _ = io.WriteString(out, chart.Clean(fmt.Sprintf(format, values...)))
}

// logPause is how often a log gets a line of a bar that moves.
const logPause = 30 * time.Second

// terminal shows what a job shows, in lines: on a terminal a bar's line is written over, a log
// gets a new one from time to time.
type terminal struct {
	out   io.Writer
	width int    // of the terminal, in characters; 0 for a log
	last  string // id of the bar in the line that is written over
	lines map[string]string
	times map[string]time.Time
}

func newTerminal(out *os.File) *terminal {
	t := &terminal{out: out, lines: map[string]string{}, times: map[string]time.Time{}}
	if size, err := unix.IoctlGetWinsize(int(out.Fd()), unix.TIOCGWINSZ); err == nil {
		t.width = max(20, int(size.Col))
	}
	return t
}

// line is what of a bundle goes into a line; "" of what is only worth seeing as a picture.
func line(b chart.Bundle) string {
	text := strings.TrimSpace(b.Text)
	const longest = 4 // lines of a note
	if text == "" || strings.Count(text, "\n") > longest {
		return ""
	}
	first, _, _ := strings.Cut(text, "\n")
	return first
}

// display is a [chart.Display].
func (t *terminal) display(b chart.Bundle, id string) error {
	text := line(b)
	if text == "" || text == t.lines[id] {
		return nil
	}
	known := t.lines[id] != ""
	t.lines[id] = text
	ended := strings.HasPrefix(text, "✓") || strings.HasPrefix(text, "✗")
	if t.width == 0 {
		if known && !ended && time.Since(t.times[id]) < logPause {
			return nil
		}
		t.times[id] = time.Now()
		_, err := fmt.Fprintln(t.out, time.Now().Format("15:04:05"), text)
		return err
	}
	begin := "\r\x1b[K"
	if t.last != "" && t.last != id {
		begin = "\n"
	}
	t.last = id
	if utf8.RuneCountInString(text) >= t.width {
		text = string([]rune(text)[:t.width-2]) + "…"
	}
	if ended {
		text += "\n"
		t.last = ""
	}
	_, err := io.WriteString(t.out, begin+text)
	return err
}

// mirror shows the state of a job that another process has.
func (t *terminal) mirror(state job.State) error {
	for _, output := range state.Outputs {
		if err := t.display(output.Bundle, output.ID); err != nil {
			return err
		}
	}
	return nil
}

// end ends the line that is written over.
func (t *terminal) end() {
	if t.last != "" {
		_, _ = fmt.Fprintln(t.out)
	}
	t.last = ""
}
