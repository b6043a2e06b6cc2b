// Package training says how a GPT-2 is to be trained and what came of it, without the
// engine that trains it: so whoever only shows a training links none.
//
// In: [Settings], and the positions of the model that they are for. Out: the settings with
// their defaults, or what is wrong with them, the learning rate of each step, and the
// [History] that a run keeps as JSON.
package training
