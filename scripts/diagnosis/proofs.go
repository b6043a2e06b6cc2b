package main

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"time"
)

// proofs are the project's own tests against references, on the engine in use: what is
// proved here is what scripts/test proves.
func proofs(programs, root string, quick bool) []part {
	type proof struct {
		name, of, tests string
		slow            bool
	}
	var parts []part
	for _, p := range []proof{
		{"engine", "backend", "^(TestOpenWithoutWishComputes|TestInPlace)$", false},
		{"forward and gradients", "gpt2", "^(TestForwardAndGradientsMatchPyTorch|TestConfigVariantsMatchPyTorch)$/^engine=$", false},
		{"fifty steps of AdamW", "finetune", "^TestFiftyStepsAreThoseOfPyTorch$/^engine=$", false},
		{"decoding with a cache", "gpt2", "^(TestBeamsMatchFullForward|TestCachedDecodingMatchesFullForward)$/^engine=$", true},
		{"greedy and beam search", "generate", "^(TestGreedyMatchesTransformers|TestTextsAreThoseOfTransformers)$", true},
		{"kept programs", "backend", "^(TestProgramsAreKept|TestResultsAreTheSame|TestProcessesShareACache)$", true},
	} {
		if p.slow && quick {
			continue
		}
		parts = append(parts, part{
			name:    p.name,
			dir:     filepath.Join(root, "pkg", p.of),
			command: []string{filepath.Join(programs, p.of+".test"), "-test.v", "-test.run", p.tests},
			limit:   90 * time.Second,
			judge:   judgeTests,
		})
	}
	return parts
}

var passedTest = regexp.MustCompile(`(?m)^\s*--- (PASS|SKIP): `)

// judgeTests counts the tests that passed. That none ran is no proof.
func judgeTests(output []byte) (finding string, figures map[string]float64, err error) {
	passed, skipped := 0, 0
	for _, match := range passedTest.FindAllSubmatch(output, -1) {
		if bytes.Equal(match[1], []byte("PASS")) {
			passed++
		} else {
			skipped++
		}
	}
	if passed == 0 {
		return "", nil, errors.New("no test ran")
	}
	finding = fmt.Sprintf("%d tests passed", passed)
	if skipped > 0 {
		finding += fmt.Sprintf(", %d do not apply to this engine", skipped)
	}
	return finding, map[string]float64{"passed": float64(passed)}, nil
}
