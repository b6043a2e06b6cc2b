// Package config is the configuration of a GPT-2 and the names and shapes of the parameters
// that follow from it.
//
// In: a config.json as Hugging Face transformers has written it since 2019, or [Default]
// and changed fields. Out: a [GPT2] that was checked, its [Parameter] list, and the
// config.json that transformers reads.
//
// It needs no engine: programs that only show a model's configuration, or compute with it
// in plain Go, link neither GoMLX nor XLA.
package config
