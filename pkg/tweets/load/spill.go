package load

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"sync"
	"time"
)

// Bounds that keep the load's memory apart from the corpus's size.
const (
	maxParts     = 4096     // of a spill
	spillBuffers = 64 << 20 // bytes of all its writers' buffers together, or all its readers'
)

// spillBuffer is the size of one of so many buffers.
func spillBuffer(buffers int) int {
	return min(max(spillBuffers/buffers, 4<<10), 256<<10)
}

// spill keeps records in a temporary file, each in one of several parts. The file
// has no name, so that nothing is left of it whatever happens.
type spill struct {
	file *os.File

	mu    sync.Mutex // of what follows
	end   int64
	parts [][]stretch
}

// stretch is a piece of the file.
type stretch struct{ at, size int64 }

func newSpill(dir string, parts int) (*spill, error) {
	file, err := os.CreateTemp(dir, ".hemiciclo-*.tmp")
	if err != nil {
		return nil, fmt.Errorf("a temporary file: %w", err)
	}
	if err := os.Remove(file.Name()); err != nil {
		return nil, errors.Join(fmt.Errorf("a temporary file: %w", err), file.Close())
	}
	return &spill{file: file, parts: make([][]stretch, parts)}, nil
}

func (s *spill) close() { _ = s.file.Close() } // what it held is not wanted any more

// append writes data at the end of the file, as a stretch of a part.
func (s *spill) append(part int, data []byte) error {
	s.mu.Lock()
	at := s.end
	s.end += int64(len(data))
	s.parts[part] = append(s.parts[part], stretch{at, int64(len(data))})
	s.mu.Unlock()
	if _, err := s.file.WriteAt(data, at); err != nil {
		return fmt.Errorf("a temporary file, which needs up to the size of the tweets' texts: %w", err)
	}
	return nil
}

// read returns all of a part, in any order of its records.
func (s *spill) read(part int) ([]byte, error) {
	size := int64(0)
	for _, piece := range s.parts[part] {
		size += piece.size
	}
	data := make([]byte, size)
	at := int64(0)
	for _, piece := range s.parts[part] {
		if _, err := s.file.ReadAt(data[at:at+piece.size], piece.at); err != nil {
			return nil, fmt.Errorf("a temporary file: %w", err)
		}
		at += piece.size
	}
	return data, nil
}

// reader reads a part that was written as one stretch.
func (s *spill) reader(part int) io.Reader {
	piece := s.parts[part][0]
	return io.NewSectionReader(s.file, piece.at, piece.size)
}

// spillWriter is one goroutine's way to write records.
type spillWriter struct {
	to      *spill
	size    int
	buffers [][]byte
}

func (s *spill) writer(buffer int) *spillWriter {
	return &spillWriter{to: s, size: buffer, buffers: make([][]byte, len(s.parts))}
}

// write adds a record to the part of its id.
func (w *spillWriter) write(e *entry) error {
	part := int(mix(e.id) % uint64(len(w.buffers)))
	buffer := e.append(w.buffers[part])
	if len(buffer) >= w.size {
		if err := w.to.append(part, buffer); err != nil {
			return err
		}
		buffer = buffer[:0]
	}
	w.buffers[part] = buffer
	return nil
}

func (w *spillWriter) flush() error {
	for part, buffer := range w.buffers {
		if len(buffer) > 0 {
			if err := w.to.append(part, buffer); err != nil {
				return err
			}
		}
	}
	return nil
}

// entry is a record as it is spilled.
type entry struct {
	id      uint64
	place   uint64 // among all records, in the order of files and lines
	time    int64  // milliseconds since 1970, or undated
	fate    fate
	payload []byte // see payload; empty where the record will not be shown
}

const entryHead = 8 + 8 + 8 + 1 + 4

func (e *entry) append(to []byte) []byte {
	to = binary.LittleEndian.AppendUint64(to, e.id)
	to = binary.LittleEndian.AppendUint64(to, e.place)
	to = binary.LittleEndian.AppendUint64(to, uint64(e.time))
	to = append(to, byte(e.fate))
	to = binary.LittleEndian.AppendUint32(to, uint32(len(e.payload)))
	return append(to, e.payload...)
}

// head reads all but the payload, whose length it returns.
func (e *entry) head(data []byte) (payload int) {
	e.id = binary.LittleEndian.Uint64(data)
	e.place = binary.LittleEndian.Uint64(data[8:])
	e.time = int64(binary.LittleEndian.Uint64(data[16:]))
	e.fate = fate(data[24])
	return int(binary.LittleEndian.Uint32(data[25:]))
}

// undated is the time of a record that names no date.
const undated = math.MinInt64

// when is the record's time, or the zero time.
func (e *entry) when() time.Time {
	if e.time == undated {
		return time.Time{}
	}
	return time.UnixMilli(e.time).UTC()
}

// mix spreads ids, which grow with time, over all 64 bits (the finalizer of
// SplitMix64, one to one).
func mix(id uint64) uint64 {
	id = (id ^ id>>30) * 0xbf58476d1ce4e5b9
	id = (id ^ id>>27) * 0x94d049bb133111eb
	return id ^ id>>31
}
