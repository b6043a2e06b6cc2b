package study

import (
	"regexp"
	"strings"
	"testing"

	"github.com/hemiciclo/hemiciclo/pkg/chart"
	"github.com/hemiciclo/hemiciclo/pkg/run"
)

// checkLabels holds what is shown to sentences that read right for labels of any gender
// and number: no article stands before one, and none is written otherwise than the
// corpus writes it.
func checkLabels(t *testing.T, s *Study, shown chart.Bundle) {
	t.Helper()
	for _, side := range run.Sides {
		label := s.Label(side)
		article := regexp.MustCompile(`(?i).{0,40}\b(la|el|los|las|al|del) «?` + regexp.QuoteMeta(label))
		for _, text := range []string{shown.Text, shown.HTML} {
			if found := article.FindString(text); found != "" {
				t.Errorf("an article stands before a label: %q", found)
			}
			if lower := strings.ToLower(label); strings.Contains(text, lower) {
				t.Errorf("the label %q is written %q", label, lower)
			}
		}
	}
}
