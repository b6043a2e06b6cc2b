package chart

import (
	"fmt"
	"strings"
	"time"
)

// Progress is how far some work has come, at one moment. [Track] makes them.
type Progress struct {
	Label   string
	Unit    string // of Count: "tuits", "pasos"
	Count   int64
	Before  int64         // of Count, what an earlier run had done: it is not part of the rate
	Total   int64         // 0 → unknown
	Elapsed time.Duration // 0 → rate and time left are not shown
	Detail  string        // what the work is at, or its latest figures
	Ended   bool          // no more will come
	Failed  bool          // it ended before it was done
}

// MIME renders the bar.
func (p Progress) MIME() (Bundle, error) {
	share := 0.0
	if p.Total > 0 {
		share = min(1, max(0, float64(p.Count)/float64(p.Total)))
	} else if p.Ended && !p.Failed {
		share = 1
	}
	color, sign := "#0072B2", ""
	switch {
	case p.Failed:
		color, sign = "#C0392B", "✗ "
	case p.Ended:
		color, sign = "#009E73", "✓ "
	}
	figures := p.figures(share)
	var b strings.Builder
	b.WriteString(`<div class="hemiciclo-progress" style="max-width:900px;margin:6px 0;font-size:13px;line-height:1.5;font-variant-numeric:tabular-nums">`)
	b.WriteString(`<div><strong>` + sign + escape(p.Label) + `</strong> &nbsp;` + escape(figures) + `</div>`)
	fmt.Fprintf(&b, `<div role="progressbar" aria-valuemin="0" aria-valuemax="100" aria-valuenow="%.0f" style="height:8px;border-radius:4px;background:#8884;overflow:hidden">`+
		`<div style="height:8px;width:%.1f%%;background:%s;border-radius:4px"></div></div>`, 100*share, 100*share, color)
	if p.Detail != "" {
		b.WriteString(`<div style="opacity:.8">` + escape(p.Detail) + `</div>`)
	}
	b.WriteString(`</div>`)

	text := sign + oneLine(p.Label) + "  " + Clean(figures)
	if p.Detail != "" {
		text += "  " + oneLine(p.Detail)
	}
	return Bundle{HTML: b.String(), Text: text + "\n"}, nil
}

// figures is the line beside the label: 1.200 de 6.000 tuits (20,0 %) · 300/s · quedan 16 s.
func (p Progress) figures(share float64) string {
	var parts []string
	count := Integer(p.Count)
	if p.Total > 0 {
		count += " de " + Integer(p.Total)
	}
	if p.Unit != "" {
		count += " " + p.Unit
	}
	if p.Total > 0 && !p.Ended {
		count += " (" + Percent(share, 0) + ")"
	}
	parts = append(parts, count)
	if seconds := p.Elapsed.Seconds(); seconds > 0 {
		rate := float64(p.Count-p.Before) / seconds
		switch {
		case rate >= 10:
			parts = append(parts, Number(rate, 0)+"/s")
		case rate >= 0.5:
			parts = append(parts, Number(rate, 1)+"/s")
		case rate > 0:
			parts = append(parts, Number(1/rate, 0)+" s cada uno")
		}
		switch {
		case p.Ended:
			parts = append(parts, "en "+Duration(p.Elapsed))
		case p.Total > p.Count && rate > 0:
			left := time.Duration(float64(p.Total-p.Count) / rate * float64(time.Second))
			parts = append(parts, "quedan "+Duration(left))
		}
	}
	return strings.Join(parts, " · ")
}
