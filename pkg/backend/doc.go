// Package backend opens the engine that computes: XLA on an NVIDIA GPU, XLA on
// the CPU, or GoMLX's pure-Go engine.
//
// In: the environment (GOMLX_BACKEND) and what scripts/setup installed. Out: an
// [Engine]: a GoMLX backend, what it runs on, and why it was chosen.
//
// The engine that GOMLX_BACKEND asks for is opened exactly, or there is an error; Open
// chooses only if it is unset. Nothing is ever downloaded: GoMLX's own installer of XLA
// plugins is disabled.
//
// Built with the tag noxla (or without cgo), the package has only the pure-Go engine.
package backend
