package load

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"

	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// parquetReader reads the rows of any Parquet file with our columns in it.
type parquetReader struct {
	file    *parquet.File
	groups  []parquet.RowGroup // not yet begun
	rows    parquet.Rows       // of the group that was begun
	batch   []parquet.Row
	left    []parquet.Row // of the batch
	n       int
	columns tableColumns
	dates   map[int]dateColumn // by place
	record  [][]byte           // the row's values by place; nil: none
}

// dateColumn says how a column of dates that are no texts keeps them.
type dateColumn struct {
	unit  time.Duration // of Kind Int64
	local bool          // without a zone
}

// parquetBatch is the number of rows read at a time.
const parquetBatch = 256

func openParquet(from io.ReaderAt, file tweets.File) (p *parquetReader, err error) {
	defer func() { err = recovered(recover(), file.Path, err) }()
	opened, err := parquet.OpenFile(from, file.Size)
	if err != nil {
		return nil, fmt.Errorf("%s: not a Parquet file, or damaged: fetch it again: %w", file.Path, err)
	}
	return &parquetReader{file: opened, groups: opened.RowGroups(), batch: make([]parquet.Row, parquetBatch)}, nil
}

// recovered turns a panic of the library, which some damaged files cause, into an
// error.
func recovered(panicked any, path string, err error) error {
	if panicked == nil {
		return err
	}
	return fmt.Errorf("%s: damaged Parquet file: fetch it again: %v", path, panicked)
}

// find looks for our columns. A list is known by its column's name, whatever its
// parts are called.
func (p *parquetReader) find(names map[string][]string) (err error) {
	schema := p.file.Schema()
	var titles []string
	p.dates = make(map[int]dateColumn)
	for i, path := range schema.Columns() {
		leaf, _ := schema.Lookup(path...)
		title := strings.Join(path, ".")
		if leaf.MaxRepetitionLevel > 0 {
			title = path[0]
		}
		titles = append(titles, title)
		if logical := leaf.Node.Type().LogicalType(); logical != nil {
			if stamp, ok := logical.Value.(*format.TimestampType); ok {
				p.dates[i] = dateColumn{stamp.Unit.Value.Duration(), !stamp.IsAdjustedToUTC}
			}
		}
	}
	p.record = make([][]byte, len(titles))
	p.columns, err = findColumns(titles, names)
	return err
}

func (p *parquetReader) format() string { return tweets.FormatParquet }

func (p *parquetReader) marks(k kind) bool { return p.columns.marks(k) }

// position is the row's number.
func (p *parquetReader) position() int { return p.n }

// raw shows the row's values.
func (p *parquetReader) raw() []byte { return bytes.Join(p.record, []byte(", ")) }

func (p *parquetReader) next(r *row) (err error) {
	defer func() { err = recovered(recover(), "row "+strconv.Itoa(p.n), err) }()
	for len(p.left) == 0 {
		if p.rows == nil {
			if len(p.groups) == 0 {
				return io.EOF
			}
			p.rows, p.groups = p.groups[0].Rows(), p.groups[1:]
		}
		n, err := p.rows.ReadRows(p.batch)
		p.left = p.batch[:n]
		if err != nil {
			_ = p.rows.Close()
			p.rows = nil
			if !errors.Is(err, io.EOF) {
				return err
			}
		}
	}
	values := p.left[0]
	p.left = p.left[1:]
	p.n++
	clear(p.record)
	for _, value := range values {
		if place := value.Column(); !value.IsNull() {
			p.record[place] = p.add(p.record[place], place, value)
		}
	}
	for _, value := range p.record {
		if !utf8.Valid(value) {
			return errNotUTF8
		}
	}
	return p.columns.row(r, func(column int) []byte {
		if column < 0 {
			return nil
		}
		return p.record[column]
	})
}

// add writes a value after those that its column already has in this row, as a
// table of texts would.
func (p *parquetReader) add(to []byte, place int, value parquet.Value) []byte {
	if to == nil {
		to = []byte{}
	} else {
		to = append(to, ' ')
	}
	date, isDate := p.dates[place]
	switch kind := value.Kind(); {
	case kind == parquet.Int96:
		// Nanoseconds of the day, and the day since 4713 BC, as Spark used to write.
		stamp := value.Int96()
		const julianEpoch = 2440588
		nanos := int64(stamp[1])<<32 | int64(stamp[0])
		return time.Unix((int64(stamp[2])-julianEpoch)*24*3600, nanos).UTC().AppendFormat(to, time.RFC3339Nano)
	case kind == parquet.Int64 && isDate:
		perSecond := int64(time.Second / date.unit)
		n := value.Int64()
		when := time.Unix(n/perSecond, n%perSecond*int64(date.unit)).UTC()
		if date.local {
			return when.AppendFormat(to, "2006-01-02T15:04:05.999999999")
		}
		return when.AppendFormat(to, time.RFC3339Nano)
	case kind == parquet.Int32:
		return strconv.AppendInt(to, int64(value.Int32()), 10)
	case kind == parquet.Int64:
		return strconv.AppendInt(to, value.Int64(), 10)
	case kind == parquet.Boolean:
		return strconv.AppendBool(to, value.Boolean())
	case kind == parquet.Float, kind == parquet.Double:
		number := value.Double()
		if kind == parquet.Float {
			number = float64(value.Float())
		}
		return strconv.AppendFloat(to, number, 'g', -1, 64)
	}
	return value.AppendBytes(to)
}
