// Package finetune trains a GPT-2 and measures it.
//
// In: a model, token ids and [training.Settings], which [Train] takes. Out: the trained model
// and its [training.History]. [Perplexity] scores a text under a model. The parts that need
// no engine are in packages training and perplexity.
//
// Training follows Hugging Face's Trainer: the token ids are cut into blocks, which are
// shuffled in each epoch (with EndOfText the texts are shuffled first and then cut into
// blocks); AdamW with decoupled weight decay, not applied to biases and layer
// normalisation; linear warm-up, then linear decay to zero; gradients clipped by their
// global norm. A step runs two compiled programs, one for the gradients and one for AdamW
// (on a GPU, one program for both); weights and moments stay on the device. Losses and
// gradient norms are tested against PyTorch.
//
// A run that was stopped, or even killed, resumes from its last checkpoint and reports the
// losses that it would have had without the interruption.
package finetune
