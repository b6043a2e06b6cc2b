// Package training holds the settings and the history of training a GPT-2. It needs no
// engine, so that programs that only show results do not link one.
//
// In: [Settings], and the positions of the model that they are for. Out: the settings with
// their defaults, or what is wrong with them, the learning rate of each step, and the
// [History] that a run keeps as JSON.
package training
