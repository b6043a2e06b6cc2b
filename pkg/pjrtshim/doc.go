// Package pjrtshim sits between go-xla and a PJRT plugin and adds three things that go-xla
// lacks: compiled programs are cached on disk, a program may write its outputs into the
// memory of its arguments, and the host need not wait for a GPU.
//
// A PJRT plugin (https://openxla.org/xla/pjrt) is a shared library that hands out one table
// of functions. [Register] opens the plugin, copies its table, replaces the function that
// compiles by its own, and registers the copy with go-xla under a name. Clients opened by
// that name compile through this package, on CUDA also execute through it, and use the
// plugin itself for everything else.
//
// In: programs as go-xla writes them, StableHLO text. Out: loaded programs, from the cache
// or from the plugin's compiler.
//
// # The cache
//
// A compiled program depends on more than its text: on the plugin, its flags, the
// processor, the number of cores, and the device. All of these form the key, and a file
// stores its key with the program, so that a program made elsewhere is never loaded. The
// plugin trusts what it is given (a damaged program loads without an error and then crashes
// or computes something else), so a file also ends in a checksum. If anything is wrong with
// a file, the program is compiled as if there were none.
//
// The files are code that will be run, so the folder and its files must belong to the user
// and be inaccessible to others. Several processes may share a folder: files are written
// under a temporary name and then renamed. When the total size exceeds the limit, the least
// recently used files are removed.
//
// # Outputs in the place of arguments
//
// A training step returns new values of all weights. Unless XLA is told that an output may
// alias an argument, it writes them to new memory, even if the caller donates the old ones.
// GoMLX knows which arguments are donated, but cannot say so in the program; so whoever
// builds a graph says it in the program's name, made by [InPlace]. The name is checked
// against the shapes. Arguments that are not donated when the program runs are copied by
// XLA first and stay unchanged.
//
// # The host ahead of the GPU
//
// A PJRT plugin runs a program once its inputs are ready, and immediately returns outputs
// that will be filled later. go-xla also asks for the event of the program's end and waits
// for it, which leaves a GPU idle while the host prepares the next program. On CUDA this
// package drops that request: whoever reads an output waits for it, and gets the error if
// something went wrong.
package pjrtshim
