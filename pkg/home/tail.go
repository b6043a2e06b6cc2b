package home

// Tail is an io.Writer that keeps the end of what an installed program says.
type Tail struct {
	Limit int // in bytes
	bytes []byte
}

// Write implements io.Writer.
func (t *Tail) Write(p []byte) (int, error) {
	t.bytes = append(t.bytes, p...)
	if extra := len(t.bytes) - t.Limit; extra > 0 {
		t.bytes = append(t.bytes[:0], t.bytes[extra:]...)
	}
	return len(p), nil
}

// String returns at most the last Limit bytes.
func (t *Tail) String() string { return string(t.bytes) }
