package load

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/hemiciclo/hemiciclo/pkg/tweets"
	"github.com/hemiciclo/hemiciclo/pkg/tweets/internal/record"
)

// Bounds on what an archive may unpack to. Tweets compress 5 to 20 times; deflate
// itself can reach 1,032.
const (
	maxExpansion = 200      // times the archive's size …
	maxUnpacked  = 64 << 20 // … and 64 MiB on top
	maxMembers   = 100_000  // files in a zip
)

// readBuffer is the size of a reader's buffer.
const readBuffer = 256 << 10

// content is one stream of records: a file, a piece of one, or a member of a zip.
type content struct {
	name   string // for messages
	format string // as far as it is known before the first record is read
	lines  *record.Lines
	array  *bufio.Reader  // of one JSON array, in place of lines
	table  *parquetReader // of a Parquet file, in place of lines
}

// rows is the reader of the content's records.
func (c content) rows(names map[string][]string, o *tweets.Options) (rowReader, error) {
	switch container(c.format) {
	case "JSON":
		return newJSONReader(c, names), nil
	case "Parquet":
		if err := c.table.find(names); err != nil {
			return nil, fmt.Errorf("%s: %w", c.name, err)
		}
		return c.table, nil
	}
	reader, err := newCSVReader(c.lines, names)
	if err != nil {
		return nil, fmt.Errorf("%s:%w", c.name, err)
	}
	if o.Format != "" {
		reader.kind = o.Format
	}
	return reader, nil
}

// readContents calls read for the task's content, or for each member of a zip by
// name, and counts the bytes taken from disk.
func (l *loader) readContents(t task, read func(content) error) error {
	if t.to > 0 {
		return l.readPiece(t, read)
	}
	file, bytesRead := t.file, &l.bytes
	f, err := os.Open(file.Path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	metered := &meter{file: f, total: bytesRead, left: file.Size}
	start := make([]byte, 4)
	n, err := f.ReadAt(start, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	budget := maxUnpacked + maxExpansion*file.Size
	switch start = start[:n]; {
	case bytes.Equal(start, []byte("PAR1")):
		format, err := settle(file.Path, tweets.FormatParquet, l.options.Format)
		if err != nil {
			return err
		}
		table, err := openParquet(metered, file)
		if err != nil {
			return err
		}
		return read(content{name: file.Path, format: format, table: table})
	case bytes.HasPrefix(start, []byte("PK\x03\x04")), bytes.HasPrefix(start, []byte("PK\x05\x06")):
		return l.readZip(file, metered, &budget, read)
	case bytes.HasPrefix(start, []byte{0x1f, 0x8b}):
		unpacked, err := gzip.NewReader(bufio.NewReader(metered))
		if err != nil {
			return damaged(file.Path, err)
		}
		return l.readContent(file.Path, &unpacker{unpacked, &budget}, read)
	}
	return l.readContent(file.Path, metered, read)
}

func (l *loader) readZip(file tweets.File, from io.ReaderAt, budget *int64, read func(content) error) error {
	archive, err := zip.NewReader(from, file.Size)
	if err != nil {
		return damaged(file.Path, err)
	}
	if len(archive.File) > maxMembers {
		return fmt.Errorf("%s: more than %d files in the archive", file.Path, maxMembers)
	}
	if len(archive.File) == 0 {
		return fmt.Errorf("%s: the archive is empty: fetch it again, or take it away", file.Path)
	}
	members := slices.DeleteFunc(archive.File, func(m *zip.File) bool {
		return !tweets.InArchive(m.Name)
	})
	if len(members) == 0 {
		return fmt.Errorf("%s: no .jsonl, .ndjson, .json or .csv in the archive", file.Path)
	}
	slices.SortStableFunc(members, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) })
	for _, member := range members {
		// A member's name is as untrusted as its content.
		name := file.Path + "!" + tweets.Excerpt([]byte(member.Name))
		const encrypted = 1 // bit of the flags
		if member.Flags&encrypted != 0 {
			return fmt.Errorf("%s: is encrypted: unpack it with its password", name)
		}
		unpacked, err := member.Open()
		if err != nil {
			return damaged(name, err)
		}
		err = l.readContent(name, &unpacker{unpacked, budget}, read)
		_ = unpacked.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// readContent finds out the format by the beginning.
func (l *loader) readContent(name string, from io.Reader, read func(content) error) error {
	r := bufio.NewReaderSize(from, readBuffer)
	c := content{name: name, format: tweets.FormatCSV, lines: record.NewLines(r, 0)}
	start, err := r.Peek(readBuffer)
	if err != nil && !errors.Is(err, io.EOF) {
		return damaged(name, err)
	}
	if bytes.IndexByte(start[:min(len(start), 4096)], 0) >= 0 {
		return fmt.Errorf("%s: holds NUL bytes: it is not text, or is UTF-16; save it as UTF-8", name)
	}
	record.SkipByteOrderMark(r)
	start = bytes.TrimSpace(bytes.TrimPrefix(start, []byte(record.ByteOrderMark)))
	if len(start) > 0 && (start[0] == '{' || start[0] == '[') {
		c.format = jsonFormat(start, l.options.Columns)
		if start[0] == '[' {
			c.array = r
		}
	}
	if len(start) > 0 { // an empty file is of any format
		if c.format, err = settle(name, c.format, l.options.Format); err != nil {
			return err
		}
	}
	return read(c)
}

// meter counts the bytes read from a file, but no more than left: what is read
// beyond a piece's end, or twice, is another's or known already.
type meter struct {
	file  *os.File
	total *atomic.Int64
	left  int64
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.file.Read(p)
	m.count(n)
	return n, err
}

func (m *meter) ReadAt(p []byte, at int64) (int, error) {
	n, err := m.file.ReadAt(p, at)
	m.count(n)
	return n, err
}

func (m *meter) count(n int) {
	counted := min(int64(n), m.left)
	m.left -= counted
	m.total.Add(counted)
}

// errUnpacked is the end of reading an archive that unpacks to too much.
var errUnpacked = fmt.Errorf("unpacks to more than %d times its size: if that is right, unpack it by hand", maxExpansion)

// unpacker reads decompressed bytes within a budget.
type unpacker struct {
	from   io.Reader
	budget *int64
}

func (u *unpacker) Read(p []byte) (int, error) {
	if *u.budget <= 0 {
		return 0, errUnpacked
	}
	n, err := u.from.Read(p)
	*u.budget -= int64(n)
	return n, err
}

// damaged is an error of reading, not of what was read.
func damaged(name string, err error) error {
	switch {
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.Is(err, zip.ErrFormat),
		errors.Is(err, zip.ErrChecksum), errors.Is(err, zip.ErrAlgorithm), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%s: damaged or cut off: fetch the file again: %w", name, err)
	}
	return fmt.Errorf("%s: %w", name, err)
}
