package study

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/home"
	"github.com/hemiciclo/hemiciclo/pkg/run"
)

// mostPictures is how many pictures of a run are kept: several times what its notebooks show.
const mostPictures = 500

// Picture is a chart's option, with the size in pixels at which the program that works draws
// it.
type Picture struct {
	Option        json.RawMessage
	Width, Height int
}

// Drawn is a picture, or why there is none.
type Drawn struct{ SVG, Failure string }

// pictures has the charts of a cell drawn by the program that works, and keeps what it draws:
// the same chart is never drawn twice.
type pictures struct {
	folder string // where they are kept

	mu      sync.Mutex // Charts may be shown by several goroutines.
	program *exec.Cmd  // started with the first chart that is not kept
	asked   *json.Encoder
	drawn   *json.Decoder
}

// draw is the [chart.Draw] of cells.
func (p *pictures) draw(option []byte, width, height int) (string, error) {
	path, err := p.path(option, width, height)
	if err != nil {
		return "", err
	}
	if kept, err := os.ReadFile(path); err == nil {
		return string(kept), nil
	}
	drawn, err := p.ask(Picture{option, width, height})
	if err != nil {
		return "", fmt.Errorf("dibujar un gráfico: %w", err)
	}
	if drawn.Failure != "" {
		return "", errors.New(drawn.Failure)
	}
	run.LogUnshown(keepPicture(path, drawn.SVG))
	return drawn.SVG, nil
}

// ask has the program draw a picture. One that does not answer is not asked again: the next
// picture starts another.
func (p *pictures) ask(picture Picture) (drawn Drawn, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.program == nil {
		if err := p.start(); err != nil {
			return drawn, err
		}
	}
	if err = p.asked.Encode(picture); err == nil {
		err = p.drawn.Decode(&drawn)
	}
	if err != nil {
		_ = p.program.Process.Kill() // It may have ended already.
		_ = p.program.Wait()
		p.program = nil
	}
	return drawn, err
}

// start starts the program, which ends with this process.
func (p *pictures) start() error {
	program, err := run.WorkerProgram()
	if err != nil {
		return err
	}
	draw := exec.Command(program, "draw") //nolint:gosec // the project's own program
	draw.Stderr = os.Stderr
	in, err := draw.StdinPipe()
	if err != nil {
		return err
	}
	out, err := draw.StdoutPipe()
	if err != nil {
		return err
	}
	if err := draw.Start(); err != nil {
		return err
	}
	p.program, p.asked, p.drawn = draw, json.NewEncoder(in), json.NewDecoder(out)
	return nil
}

// path is where a picture is kept: it depends on the chart, and on what draws.
func (p *pictures) path(option []byte, width, height int) (string, error) {
	library, err := home.Lib("echarts.min.js")
	if err != nil {
		return "", err
	}
	info, err := os.Stat(library)
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	_, _ = fmt.Fprintln(sum, info.Size(), info.ModTime().UnixNano(), width, height, chart.Runtime)
	sum.Write(option)
	return filepath.Join(p.folder, hex.EncodeToString(sum.Sum(nil)[:16])+".svg"), nil
}

// keepPicture keeps a picture; the oldest go.
func keepPicture(path, svg string) error {
	dir := filepath.Dir(path)
	entries, err := os.ReadDir(dir)
	if err != nil && !run.IsMissing(err) {
		return err
	}
	if len(entries) >= mostPictures {
		age := func(e os.DirEntry) time.Time {
			info, err := e.Info()
			if err != nil {
				return time.Time{}
			}
			return info.ModTime()
		}
		slices.SortFunc(entries, func(a, b os.DirEntry) int { return age(a).Compare(age(b)) })
		for _, entry := range entries[:len(entries)-mostPictures/2] {
			_ = os.Remove(filepath.Join(dir, entry.Name())) // Another process may have been faster.
		}
	}
	return home.WriteFile(path, func(w io.Writer) error {
		_, err := io.WriteString(w, svg)
		return err
	})
}
