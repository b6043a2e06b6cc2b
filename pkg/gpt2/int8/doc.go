// Package int8 is a GPT-2 with its matrices rounded to int8, and a decoder that computes
// with them in plain Go, on the processor.
//
// In: the float32 values of a model's parameters, which [Round] rounds, or a file that
// [Weights.Write] wrote. Out: [Weights] and their file; next-token scores from a
// [Decoder], and how well it predicts each token of a text.
//
// It needs no engine: the playground's page runs it in a browser. Models in float32 are
// pkg/gpt2's, which rounds them and takes rounded ones back. Letters in shape comments are
// explained there.
package int8
