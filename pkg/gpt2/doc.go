// Package gpt2 is OpenAI's GPT-2 as a GoMLX graph: its weights in and out of Hugging
// Face folders, its forward pass and loss, and decoding with a cache of keys and values.
//
// In: a [Config] and a seed, or a folder with config.json and weights as safetensors
// (whole or in shards) or as PyTorch wrote them, which pkg/tensorfile reads.
// Out: logits, losses and per-token losses inside a graph; on the host, next-token
// scores from a [Decoder]; weights rounded to int8; and folders that Hugging Face
// transformers loads.
//
// The parts that need no engine are separate packages, so that programs without one do not
// link GoMLX: pkg/gpt2/config has the configuration, pkg/gpt2/int8 has int8 weights and
// their decoder.
//
// The architecture is that of "Language Models are Unsupervised Multitask
// Learners" (Radford et al., 2019) as Hugging Face transformers computes it:
// layer normalisation before each part, learned positions, the tanh
// approximation of GELU, output weights tied to the token embedding. Weights keep
// transformers' names and shapes, so nothing is renamed or transposed on loading
// (linear layers are stored [in, out], as GPT-2's Conv1D has them).
//
// Graph functions panic on misuse, as is GoMLX's way; everything else returns
// errors. Letters in shape comments: B rows, T positions, E embedding width, H
// heads, D = E/H width of a head, V vocabulary, L layers; in decoding also U prompts
// that differ, G groups of K = B/G rows (the beams of a prompt), S cache slots, R rows of
// logits.
package gpt2
