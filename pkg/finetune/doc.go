// Package finetune trains a GPT-2 and measures it.
//
// A model, token ids and [Settings] flow into [Train]; the trained model and
// its [History] flow out. [Perplexity] scores a text under a model. What can be said
// of these without an engine is in packages training and perplexity below.
//
// Training is that of Hugging Face's Trainer: the text's ids are cut into
// blocks, shuffled in each epoch (or, where it says where its texts end, the texts are
// shuffled and then cut); AdamW with decoupled weight decay, which
// spares biases and layer normalisation; linear warm-up, then linear decay to
// zero; gradients clipped by their global norm. A step is two compiled programs,
// one for the gradients and one for AdamW, or on a GPU one for both; weights and moments
// stay on the device. Losses and gradient norms are tested against PyTorch.
//
// A run that was stopped, even killed, goes on from its last checkpoint with
// the losses that it would have had.
package finetune
