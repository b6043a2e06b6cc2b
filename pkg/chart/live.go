package chart

import (
	"sync"
	"time"
)

// Live is one output of a cell that is updated in place while work goes on, at most once
// per Interval, and rarely enough to take no more than a twentieth of the time. The saved
// notebook keeps only the last state, which [Live.Close] shows. Outside of a notebook only
// that state is printed. The zero value is ready; a Live may be used by several goroutines.
type Live struct {
	Interval time.Duration // 0 → 1 s

	mu     sync.Mutex
	id     string
	next   time.Time // no update before
	latest Element
	closed bool
}

// Update replaces the element shown, or keeps the new one for later if the last update was
// less than Interval ago.
func (l *Live) Update(e Element) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil
	}
	l.latest = e
	start := time.Now()
	if !live() || start.Before(l.next) {
		return nil
	}
	b, err := draftOf(e)
	if err != nil {
		return err
	}
	first := l.id == ""
	err = send(b, l.displayID())
	l.next = time.Now().Add(l.pause(time.Since(start), first))
	return err
}

// Close shows the latest element in full. Further updates are ignored.
func (l *Live) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.finish(l.latest)
}

// finish shows a last element; the caller holds l.mu.
func (l *Live) finish(e Element) error {
	if l.closed || e == nil {
		l.closed = true
		return nil
	}
	l.closed, l.latest = true, e
	b, err := l.latest.MIME()
	if err != nil {
		return err
	}
	if err := send(b, l.displayID()); err != nil {
		return err
	}
	return Flush()
}

// hurry lets the next update through.
func (l *Live) hurry() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.next = time.Time{}
}

// pause is the time from an update to the next, given what the update cost.
func (l *Live) pause(cost time.Duration, first bool) time.Duration {
	const share = 20
	longest := time.Minute
	if first {
		// The first chart of a process also loads ECharts; that must not delay the second
		// for long.
		longest = 5 * time.Second
	}
	interval := l.Interval
	if interval <= 0 {
		interval = time.Second
	}
	return max(interval, min(share*cost, longest))
}

// displayID names the output. It is new for every Live, because the kernel remembers the
// ids of earlier runs of the cell, whose outputs are gone; it is not saved with the
// notebook.
func (l *Live) displayID() string {
	if l.id == "" {
		l.id = NewID()
	}
	return l.id
}

// draftOf renders an element that will soon be replaced.
func draftOf(e Element) (Bundle, error) {
	if d, ok := e.(draftable); ok {
		return d.draft()
	}
	return e.MIME()
}

// Clear empties the output, for something that is only worth seeing while work
// goes on. Further updates are ignored.
func (l *Live) Clear() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	shown := l.id != ""
	l.closed = true
	if !shown {
		return nil
	}
	if err := send(Bundle{}, l.id); err != nil {
		return err
	}
	return Flush()
}
