// Package bpe is GPT-2's tokenizer: byte-level byte-pair encoding.
//
// It turns text into token ids and back. A [Tokenizer] is trained on texts with [Train] or
// read with [Load] from a Hugging Face folder (tokenizer.json, or vocab.json with
// merges.txt), and written with [Tokenizer.Save] so that Hugging Face's AutoTokenizer reads
// it.
//
// A text goes through three steps, each in a file of its own:
//
//	text ─ split.go: words, by GPT-2's pattern ─ bytes.go: each byte one symbol ─ merge.go: merges by rank ─ ids
//
// Ids, merges and files are those of Hugging Face's tokenizers library
// (ByteLevelBPETokenizer), against which the package is tested.
// The method is that of Sennrich, Haddow and Birch, "Neural Machine
// Translation of Rare Words with Subword Units" (2016), on bytes as in
// Radford et al., "Language Models are Unsupervised Multitask Learners" (2019).
package bpe
