package record

import "bufio"

// ByteOrderMark is that with which some programs begin UTF-8 files.
const ByteOrderMark = "\ufeff"

// SkipByteOrderMark skips it where r begins with it.
func SkipByteOrderMark(r *bufio.Reader) {
	if mark, err := r.Peek(len(ByteOrderMark)); err == nil && string(mark) == ByteOrderMark {
		_, _ = r.Discard(len(ByteOrderMark))
	}
}
