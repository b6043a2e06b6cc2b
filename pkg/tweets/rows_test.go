package tweets

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"
)

// randomTweet fills every field that a tweet has, one that is added one day too.
func randomTweet(t *testing.T, r *rand.Rand) Tweet {
	t.Helper()
	text := func() string {
		b := make([]byte, r.IntN(200)>>r.IntN(8))
		for i := range b {
			b[i] = byte(r.Uint32()) // not always UTF-8
		}
		return string(b)
	}
	var tweet Tweet
	value := reflect.ValueOf(&tweet).Elem()
	for i := range value.NumField() {
		switch field := value.Field(i).Addr().Interface().(type) {
		case *string:
			*field = text()
		case *int:
			*field = int(r.Uint64()) >> r.IntN(64)
		case *time.Time:
			if r.IntN(4) > 0 {
				*field = time.Unix(int64(r.Uint64())>>r.IntN(64), r.Int64N(1e9)).UTC()
			}
		case *[]string:
			if r.IntN(3) > 0 {
				*field = make([]string, r.IntN(4))
			}
			for i := range *field {
				(*field)[i] = text()
			}
		default:
			t.Fatalf("field %s is of another kind", value.Type().Field(i).Name)
		}
	}
	return tweet
}

// TestRows: whatever tweets hold comes back as it was.
func TestRows(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "tweets.rows")
	r := rand.New(rand.NewPCG(1, 2))
	for n := range 60 {
		rows := make([]Tweet, n)
		for i := range rows {
			rows[i] = randomTweet(t, r)
		}
		if err := WriteRows(path, rows); err != nil {
			t.Fatal(err)
		}
		got, err := ReadRows(path)
		if err != nil || !reflect.DeepEqual(got, rows) {
			t.Fatalf("got  %+v, %v\nwant %+v", got, err, rows)
		}
	}
	edges := []Tweet{
		{}, {Hashtags: []string{}, Mentions: []string{""}}, {Time: time.Date(2020, 10, 13, 22, 15, 0, 0, time.UTC), Tokens: math.MinInt},
		{Time: time.Unix(math.MaxInt64, 999_999_999).UTC(), Tokens: math.MaxInt, Text: strings.Repeat("ñ", 1<<20)}, {Mentions: []string{}},
	}
	for n := range len(edges) + 1 {
		if err := WriteRows(path, edges[:n]); err != nil {
			t.Fatal(err)
		}
		if got, err := ReadRows(path); err != nil || !reflect.DeepEqual(got, edges[:n]) {
			t.Errorf("%d edges: %+v, %v", n, got, err)
		}
	}
	// A time of elsewhere is the same instant.
	there := time.Date(2020, 10, 13, 19, 15, 0, 5, time.FixedZone("", -3*60*60))
	if err := WriteRows(path, []Tweet{{Time: there}}); err != nil {
		t.Fatal(err)
	}
	if got, err := ReadRows(path); err != nil || !got[0].Time.Equal(there) || got[0].Time.Location() != time.UTC {
		t.Errorf("%v is %v, %v", there, got, err)
	}
}

// TestDamagedRows: what is cut off, changed, longer or something else is an error that
// names the file and what to do, and what a file claims is not believed.
func TestDamagedRows(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	path := filepath.Join(t.TempDir(), "tweets.rows")
	if err := WriteRows(path, []Tweet{randomTweet(t, r), randomTweet(t, r), {}}); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	refused := func(what string, data []byte) {
		t.Helper()
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		rows, err := ReadRows(path)
		if err == nil || rows != nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "delete it") {
			t.Errorf("%s: %d rows, %v", what, len(rows), err)
		}
	}
	for i := range whole {
		refused(fmt.Sprintf("the first %d bytes", i), whole[:i])
		changed := bytes.Clone(whole)
		changed[i] ^= 1 << r.IntN(8)
		refused(fmt.Sprintf("byte %d changed", i), changed)
	}
	refused("longer", append(bytes.Clone(whole), 0))
	refused("twice", append(bytes.Clone(whole), whole...))
	refused("Parquet", []byte("PAR1 and more than that"))
	refused("another version", bytes.Replace(whole, []byte(" 1\n"), []byte(" 2\n"), 1))
	for claim, body := range map[string][]byte{
		"tweets":       binary.AppendUvarint(nil, 1<<40),
		"all tweets":   binary.AppendUvarint(nil, math.MaxUint64),
		"text":         binary.AppendUvarint([]byte{1}, 1<<40),
		"names":        binary.AppendUvarint([]byte{1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 1<<40),
		"nanoseconds":  {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x94, 0xeb, 0xdc, 0x03, 0, 0, 0},
		"endless":      bytes.Repeat([]byte{0x80}, 1000),
		"a row more":   append([]byte{2}, make([]byte, leastRow)...),
		"a row less":   append([]byte{1}, make([]byte, 2*leastRow)...),
		"nothing more": nil,
	} {
		refused(claim, sealed(body))
	}
	if _, err := ReadRows(filepath.Join(t.TempDir(), "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

// sealed is a file whose mark and checksum are right, whatever lies between.
func sealed(body []byte) []byte {
	file := append([]byte(rowsMark), body...)
	return binary.BigEndian.AppendUint32(file, crc32.Checksum(body, castagnoli))
}

// FuzzRows: any body ends, without a panic, in memory in proportion to its length, and
// what can be read of it is written and read again alike.
func FuzzRows(f *testing.F) {
	for _, rows := range [][]Tweet{nil, {{}}, {{ID: "1", Text: "ñ", Time: time.Unix(1602627330, 5), Tokens: -1, Hashtags: []string{"a", ""}}, {Mentions: []string{}}}} {
		var b bytes.Buffer
		if err := writeRows(&b, rows); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes()[len(rowsMark) : b.Len()-crc32.Size])
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		file := sealed(body)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		rows, err := readRows(bytes.NewReader(file), int64(len(file)))
		runtime.ReadMemStats(&after)
		// A tweet in memory is 17 times as large as the shortest in the file, a name 16
		// times; 1 MiB is for the copy of the file and whatever else runs.
		if used := after.TotalAlloc - before.TotalAlloc; used > 1<<20+64*uint64(len(file)) {
			t.Fatalf("%d bytes allocated for a file of %d", used, len(file))
		}
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := writeRows(&b, rows); err != nil {
			t.Fatal(err)
		}
		again, err := readRows(&b, int64(b.Len()))
		if err != nil || !reflect.DeepEqual(again, rows) {
			t.Fatalf("read %+v, then %+v, %v", rows, again, err)
		}
	})
}

// BenchmarkReadRows reads a million rows of some 300 bytes.
func BenchmarkReadRows(b *testing.B) {
	const n = 1_000_000
	path := filepath.Join(b.TempDir(), "tweets.rows")
	if err := WriteRows(path, manyRows(n)); err != nil {
		b.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(info.Size())
	for b.Loop() {
		if got, err := ReadRows(path); err != nil || len(got) != n {
			b.Fatal(len(got), err)
		}
	}
}

func manyRows(n int) []Tweet {
	text := strings.Repeat("palabras del puerto ", 5)
	rows := make([]Tweet, n)
	for i := range rows {
		rows[i] = Tweet{
			ID: fmt.Sprint(1_316_134_567_890_123_001 + i), ScreenName: "ana_faro", Nombre: "Ana Peñarrota", Cargo: "Senadora", Partido: "Partido del Faro",
			Coalicion: "Pacto del Puerto", Text: text, TextClean: text, Tokens: 15, Time: time.Unix(int64(1_602_627_330+i), 0).UTC(), Hashtags: []string{"Puerto"},
		}
	}
	return rows
}
