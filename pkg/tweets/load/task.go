package load

import (
	"bufio"
	"bytes"
	"io"
	"os"

	"github.com/hemiciclo/hemiciclo/pkg/tweets"
	"github.com/hemiciclo/hemiciclo/pkg/tweets/internal/record"
)

// task is a file, or a piece of one, to be read by one worker.
type task struct {
	file   tweets.File
	format string // of a piece, known from the file's beginning
	// from and to bound the piece: the lines that begin in it. to is 0 for a file
	// that is read whole.
	from, to int64
}

// split makes the tasks of the files, in their order. Files of JSON lines that are
// larger than a chunk are read in pieces.
func split(o *tweets.Options, files []tweets.File, chunk int64) ([]task, error) {
	var tasks []task
	for _, file := range files {
		if file.Size <= chunk {
			tasks = append(tasks, task{file: file})
			continue
		}
		start, err := plainLines(file.Path)
		if err != nil {
			return nil, err
		}
		if start == nil {
			tasks = append(tasks, task{file: file})
			continue
		}
		format, err := settle(file.Path, jsonFormat(start, o.Columns), o.Format)
		if err != nil {
			return nil, err
		}
		for from := int64(0); from < file.Size; from += chunk {
			tasks = append(tasks, task{file, format, from, min(from+chunk, file.Size)})
		}
	}
	return tasks, nil
}

// plainLines returns the beginning of a file that holds one JSON object on each
// line, neither compressed nor an array, for only such a file can be read from
// the middle; and nil of any other.
func plainLines(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	start := make([]byte, readBuffer)
	n, err := io.ReadFull(f, start)
	if err != nil && n == 0 {
		return nil, err
	}
	start = bytes.TrimSpace(bytes.TrimPrefix(start[:n], []byte(record.ByteOrderMark)))
	if len(start) == 0 || start[0] != '{' {
		return nil, nil
	}
	return start, nil
}

// readPiece calls read for the lines that begin in a task's piece.
func (l *loader) readPiece(t task, read func(content) error) error {
	f, err := os.Open(t.file.Path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	// From one byte before, so that a line beginning exactly here is known to.
	start := max(t.from-1, 0)
	if _, err := f.Seek(start, io.SeekStart); err != nil {
		return err
	}
	piece := &meter{file: f, total: &l.bytes, left: t.to - start}
	r := bufio.NewReaderSize(piece, readBuffer)
	lines := record.NewLines(r, t.to-start)
	if t.from == 0 {
		record.SkipByteOrderMark(r)
	} else if err := lines.Drop(); err != nil {
		return damaged(t.file.Path, err)
	}
	return read(content{name: t.file.Path, format: t.format, lines: lines})
}
