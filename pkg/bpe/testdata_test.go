package bpe

import "os"

// TestdataDir is where the reference values lie. scripts/fixtures/check_tokenizer.py
// points it at a larger, freshly made set.
func TestdataDir() string {
	if dir := os.Getenv("HEMICICLO_BPE_TESTDATA"); dir != "" {
		return dir
	}
	return "testdata"
}
