// Package backend opens the engine that computes: XLA on an NVIDIA GPU, XLA on
// the CPU, or GoMLX's pure-Go engine.
//
// In: the environment (GOMLX_BACKEND) and what scripts/setup installed. Out: an
// [Engine]: a GoMLX backend, what it runs on, and why it was chosen.
//
// A wish in GOMLX_BACKEND is met exactly or is an error; only without one does
// Open choose. Nothing is ever downloaded: GoMLX's own installer of XLA plugins
// is switched off.
//
// Built with the tag noxla (or without cgo) the package holds the pure-Go engine
// alone.
package backend
