package chart

// Element is something that a cell can show.
type Element interface {
	// MIME renders the element. The same element gives the same bundle, byte for byte.
	MIME() (Bundle, error)
}

// Bundle is one output of a cell in several forms, of which the reader's program shows
// the richest that it can.
type Bundle struct {
	HTML string // text/html
	SVG  string // image/svg+xml; empty unless the element is a chart
	Text string // text/plain
}

// draftable elements have a cheaper form for while they change: a chart's is its picture
// alone.
type draftable interface {
	draft() (Bundle, error)
}
