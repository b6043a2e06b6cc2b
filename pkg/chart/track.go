package chart

import (
	"sync"
	"time"
)

// Track is a live progress bar. It keeps time, and computes the rate and the time left. A
// Track may be used by several goroutines.
type Track struct {
	mu    sync.Mutex
	live  Live
	start time.Time
	state Progress
	ended bool
}

// NewTrack starts a bar at zero. A total of 0 means that it is not known.
func NewTrack(label, unit string, total int64) *Track {
	return &Track{
		start: time.Now(),
		live:  Live{Interval: 250 * time.Millisecond},
		state: Progress{Label: label, Unit: unit, Total: total},
	}
}

// ResumedFrom says that an earlier run had already done count of the work.
func (t *Track) ResumedFrom(count int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.state.Before = count
}

// Set shows how far the work has come; a total above 0 replaces the previous one, and so
// does a detail that is not empty.
func (t *Track) Set(count, total int64, detail string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.state.Count = count
	if total > 0 {
		t.state.Total = total
	}
	if detail != "" {
		t.state.Detail = detail
	}
	t.state.Elapsed = time.Since(t.start)
	return t.live.Update(t.state)
}

// Say shows a detail at once, even if the last update was a moment ago.
func (t *Track) Say(detail string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.state.Detail = detail
	t.state.Elapsed = time.Since(t.start)
	t.live.hurry()
	return t.live.Update(t.state)
}

// Close shows the end of the work, done or, if failure is not nil, failed. It returns only
// errors in showing it. Only the first call counts, so it may be deferred as well.
func (t *Track) Close(failure error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ended {
		return nil
	}
	t.ended = true
	t.state.Ended, t.state.Failed = true, failure != nil
	t.state.Elapsed = time.Since(t.start)
	if failure != nil {
		t.state.Detail = failure.Error()
	}
	t.live.mu.Lock()
	defer t.live.mu.Unlock()
	return t.live.finish(t.state)
}
