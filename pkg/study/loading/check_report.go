package loading

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
)

// Finding is something in the inputs that breaks a rule.
type Finding struct {
	Rule    string
	Problem bool // a run would fail; else it would have less than was meant
	What    string
	Mend    string
}

// InputReport is what the inputs look like before a run.
type InputReport struct {
	Findings       []Finding
	Files, Records int  // read
	Whole          bool // that was all there is
	Sampled        bool // tweets were looked at

	title string
}

// Failed tells whether a run would fail.
func (r InputReport) Failed() bool {
	return slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Problem })
}

// String is the report as it is printed.
func (r InputReport) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Revisión de «%s»: ", r.title)
	switch {
	case !r.Sampled:
		b.WriteString("no se miraron los tweets")
	case r.Whole:
		fmt.Fprintf(&b, "se miró todo: %s de %s", chart.Count(r.Records, "registro", "registros"), chart.Count(r.Files, "archivo", "archivos"))
	default:
		fmt.Fprintf(&b, "se miró una muestra: %s de %s", chart.Count(r.Records, "registro", "registros"), chart.Count(r.Files, "archivo", "archivos"))
	}
	if len(r.Findings) == 0 {
		b.WriteString("; nada que corregir")
	}
	b.WriteString(".\n")
	for _, f := range r.Findings {
		kind := "aviso"
		if f.Problem {
			kind = "error"
		}
		fmt.Fprintf(&b, "%s: %s\n       %s\n", kind, f.What, f.Mend)
	}
	return b.String()
}

// where says that a finding is of a sample alone.
func (r InputReport) where() string {
	if r.Whole {
		return ""
	}
	return "en la muestra "
}

func (r *InputReport) add(rule string, problem bool, what, mend string) {
	r.Findings = append(r.Findings, Finding{rule, problem, what, mend})
}
