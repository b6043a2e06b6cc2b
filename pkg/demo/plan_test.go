package demo

import "testing"

// TestStudysCounts: at full scale the plan meets the published row counts.
func TestStudysCounts(t *testing.T) {
	kept := proportion(DefaultRows, studyKept, studyRead)
	kinds, counts := plan(kept)
	want := Counts{Read: 1_173_079, Distinct: 1_078_000, Original: 488_541, Window: 239_892, Joined: 237_493, NotBlank: 235_642, MinTokens: 170_306}
	if counts != want {
		t.Errorf("planned %+v, want %+v", counts, want)
	}
	tweets := 0
	for _, n := range kinds {
		tweets += n
	}
	if tweets != want.Distinct {
		t.Errorf("%d tweets of all kinds, want %d", tweets, want.Distinct)
	}
}
