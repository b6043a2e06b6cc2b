package main

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"time"
)

// proof names tests of a package.
type proof struct{ name, of, tests string }

// The project's own tests against references, on the engine in use: what is proved here is
// what scripts/test proves.
var (
	references = []proof{
		{"engine", "backend", "^(TestOpenWithoutWishComputes|TestInPlace)$"},
		{"forward and gradients", "gpt2", "^(TestForwardAndGradientsMatchPyTorch|TestConfigVariantsMatchPyTorch)$/^engine=$"},
		{"fifty steps of AdamW", "finetune", "^TestFiftyStepsAreThoseOfPyTorch$/engine=$"},
		{"decoding with a cache", "gpt2", "^(TestBeamsMatchFullForward|TestCachedDecodingMatchesFullForward)$/^engine=$"},
		{"greedy and beam search", "generate", "^(TestGreedyMatchesTransformers|TestTextsAreThoseOfTransformers)$/^engine=(_|$)"},
	}
	furtherReferences = []proof{
		{"training and bfloat16", "finetune", "^(TestStepsAreThoseOfPyTorch|TestTrainIsPyTorchs|TestBFloat16FollowsFloat32|TestOneProgramStepsAsTwoDo|TestAccumulatedBatchesAreOneLargeBatch|TestTooLargeAStepOnAGPU)$"},
		{"decoding in bfloat16", "gpt2", "^TestBFloat16Decoder$/^engine=$"},
	}
	keptPrograms = []proof{
		{"kept programs", "backend", "^(TestProgramsAreKept|TestResultsAreTheSame|TestResultsAreTheSameHere|TestProcessesShareACache)$"},
	}
)

// parts has proofs run.
func (d *doctor) parts(proofs []proof) []part {
	var parts []part
	for _, p := range proofs {
		parts = append(parts, part{
			name:    p.name,
			dir:     filepath.Join(d.root, "pkg", p.of),
			command: []string{filepath.Join(d.programs, p.of+".test"), "-test.v", "-test.run", p.tests},
			limit:   90 * time.Second,
			judge:   judgeTests,
		})
	}
	return parts
}

var passedTest = regexp.MustCompile(`(?m)^\s*--- (PASS|SKIP): `)

// judgeTests counts the tests that passed. That none ran is no proof.
func judgeTests(output []byte) (finding string, f *figures, err error) {
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
	return finding, nil, nil
}
