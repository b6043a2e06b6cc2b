// Package hub finds a published model's folder on this computer, and fetches the
// model from the Hugging Face Hub where it is not there yet.
//
// In: a folder, or a model's name on the hub ("gpt2", "owner/model"). Out: the
// folder with its config.json, weights and tokenizer, checked to be complete.
//
// Hugging Face's cache is shared with its own tools, under the same environment
// variables: HF_HOME, HF_HUB_CACHE, HF_HUB_OFFLINE. Downloads are left to Hugging
// Face's own program, `hf download`, which scripts/setup installs: it resumes,
// verifies and knows the user's token.
package hub
