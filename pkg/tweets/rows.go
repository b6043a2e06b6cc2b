package tweets

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"strings"
	"time"

	"github.com/hemiciclo/hemiciclo/pkg/home"
)

// A file of rows is rowsMark, the number of tweets, the tweets, and a checksum of all
// between mark and checksum. A number is a uvarint, one that may be negative a varint;
// a text is its length and its bytes. A tweet is its texts, the seconds and nanoseconds
// of its time, its tokens, and its lists of names: 0 for nil, else one more than their
// number, and the names.

// rowsMark begins a file of rows. Its number is raised when the format changes.
const rowsMark = "hemiciclo rows 1\n"

// leastRow is the size in bytes of the shortest tweet.
const leastRow = 12

// castagnoli is the polynomial whose checksum processors compute themselves.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// texts are a tweet's fields that are one text, in the file's order.
func (t *Tweet) texts() [8]*string {
	return [...]*string{&t.ID, &t.ScreenName, &t.Nombre, &t.Cargo, &t.Partido, &t.Coalicion, &t.Text, &t.TextClean}
}

// lists are a tweet's lists of names, in the file's order.
func (t *Tweet) lists() [2]*[]string { return [...]*[]string{&t.Hashtags, &t.Mentions} }

// WriteRows writes tweets, atomically, to a file that ReadRows reads in a fraction of the
// time that Parquet takes. It is for the project's own programs: the format may change
// between versions.
func WriteRows(path string, rows []Tweet) error {
	err := home.WriteFile(path, func(w io.Writer) error { return writeRows(w, rows) })
	if err != nil {
		return fmt.Errorf("tweets: %w", err)
	}
	return nil
}

func writeRows(w io.Writer, rows []Tweet) error {
	if _, err := io.WriteString(w, rowsMark); err != nil {
		return err
	}
	sum := crc32.New(castagnoli)
	body := io.MultiWriter(w, sum)
	buffer := binary.AppendUvarint(nil, uint64(len(rows)))
	for i := range rows {
		if _, err := body.Write(buffer); err != nil {
			return err
		}
		buffer = rows[i].append(buffer[:0])
	}
	if _, err := body.Write(buffer); err != nil {
		return err
	}
	_, err := w.Write(sum.Sum(nil))
	return err
}

func (t *Tweet) append(to []byte) []byte {
	text := func(s string) { to = append(binary.AppendUvarint(to, uint64(len(s))), s...) }
	for _, s := range t.texts() {
		text(*s)
	}
	to = binary.AppendVarint(to, t.Time.Unix())
	to = binary.AppendUvarint(to, uint64(t.Time.Nanosecond()))
	to = binary.AppendVarint(to, int64(t.Tokens))
	for _, names := range t.lists() {
		if *names == nil {
			to = append(to, 0)
			continue
		}
		to = binary.AppendUvarint(to, uint64(len(*names))+1)
		for _, name := range *names {
			text(name)
		}
	}
	return to
}

// ReadRows reads what WriteRows wrote; times are in UTC. The tweets' texts are parts of
// one string, which stays in memory as long as any of them does.
func ReadRows(path string) ([]Tweet, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("tweets: %w", err)
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return nil, fmt.Errorf("tweets: %w", err)
	}
	rows, err := readRows(file, info.Size())
	if err != nil {
		return nil, fmt.Errorf("tweets: %s: %w: delete it and load the tweets again", path, err)
	}
	return rows, nil
}

var (
	errNoRows      = errors.New("not a file of tweets' rows, or of another version")
	errDamagedRows = errors.New("damaged or cut off")
)

// readRows reads a file of rows, of which size is the length.
func readRows(r io.Reader, size int64) ([]Tweet, error) {
	var mark [len(rowsMark)]byte
	if _, err := io.ReadFull(r, mark[:]); err != nil && !cutOff(err) {
		return nil, err
	}
	if string(mark[:]) != rowsMark {
		return nil, errNoRows
	}
	sum := crc32.New(castagnoli)
	length := size - int64(len(rowsMark)+sum.Size())
	if length < 0 {
		return nil, errDamagedRows
	}
	var body strings.Builder
	body.Grow(int(length))
	end := make([]byte, sum.Size())
	_, err := io.CopyN(io.MultiWriter(&body, sum), r, length)
	if err == nil {
		_, err = io.ReadFull(r, end)
	}
	if err != nil && !cutOff(err) {
		return nil, err
	}
	if err != nil || !bytes.Equal(end, sum.Sum(nil)) {
		return nil, errDamagedRows
	}
	return decodeRows(body.String())
}

func cutOff(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) }

// decodeRows decodes what lies between mark and checksum. Even if the checksum is right,
// sizes in the file are not trusted: what is allocated is bounded by the file's length.
func decodeRows(body string) ([]Tweet, error) {
	d := rowsDecoder{body: body}
	rows := make([]Tweet, d.fitting(d.uvarint(), leastRow))
	for i := range rows {
		if d.damaged {
			break
		}
		d.tweet(&rows[i])
	}
	if d.damaged || d.at < len(body) {
		return nil, errDamagedRows
	}
	return rows, nil
}

type rowsDecoder struct {
	body    string
	at      int
	damaged bool // and what was read since is meaningless
}

func (d *rowsDecoder) tweet(t *Tweet) {
	for _, s := range t.texts() {
		*s = d.text()
	}
	seconds, nanoseconds := d.varint(), d.uvarint()
	if nanoseconds >= uint64(time.Second) {
		d.damaged = true
	}
	t.Time = time.Unix(seconds, int64(nanoseconds)).UTC()
	t.Tokens = int(d.varint())
	for _, names := range t.lists() {
		*names = d.names()
	}
}

func (d *rowsDecoder) text() string {
	n := d.fitting(d.uvarint(), 1)
	start := d.at
	d.at += n
	return d.body[start:d.at]
}

func (d *rowsDecoder) names() []string {
	n := d.uvarint()
	if n == 0 {
		return nil
	}
	names := make([]string, d.fitting(n-1, 1))
	for i := range names {
		names[i] = d.text()
	}
	return names
}

// fitting reads a number of items and returns it if that many items of the given least size
// fit in what is left.
func (d *rowsDecoder) fitting(n uint64, least int) int {
	if n > uint64((len(d.body)-d.at)/least) {
		d.damaged = true
		return 0
	}
	return int(n)
}

func (d *rowsDecoder) varint() int64 {
	n := d.uvarint()
	return int64(n>>1) ^ -int64(n&1)
}

// uvarint is binary.Uvarint of a string.
func (d *rowsDecoder) uvarint() uint64 {
	var n uint64
	for shift := 0; d.at < len(d.body) && shift < 64; shift += 7 {
		b := d.body[d.at]
		d.at++
		n |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return n
		}
	}
	d.damaged = true
	return 0
}
