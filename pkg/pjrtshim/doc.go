// Package pjrtshim stands between go-xla and a PJRT plugin and adds three things that
// go-xla has not: compiled programs are kept on disk, a program may write its outputs
// into the memory of its arguments, and the host need not wait for a GPU.
//
// A PJRT plugin (https://openxla.org/xla/pjrt) is a shared library that hands out one
// table of functions. [Register] opens the plugin, copies its table, puts a function of
// its own where the one that compiles stands, and registers the copy with go-xla under
// a name. Whoever opens that name afterwards compiles through this package, on CUDA also
// executes through it, and does everything else with the plugin itself.
//
// In: programs as go-xla writes them, StableHLO text. Out: loaded programs, from the cache
// or from the plugin's compiler.
//
// # The cache
//
// A compiled program depends on more than its text: on the plugin, its flags, the
// processor and how many cores it was made for, the device. All of that is the key, and a
// file holds its key beside the program, so that a program made elsewhere is never loaded.
// The plugin believes what it is given (a damaged program loads without a word and then
// crashes, or computes something else), so a file also ends in a checksum. Whatever is
// amiss with a file, the program is compiled as if there were none.
//
// Files are code that will be run: the folder and its files must belong to the user and be
// closed to others. Several processes may share a folder: files are written under another
// name and then renamed. When all files together are larger than the limit, those that
// were used least lately go.
//
// # Outputs in the place of arguments
//
// A training step returns all weights anew. Unless XLA is told that an output may take an
// argument's memory it writes the new ones beside the old ones, even where the caller
// gives the old ones up (donates them). GoMLX knows who donates, but has no word for the
// program; so whoever builds a graph says it in the program's name, which [InPlace] makes.
// What the name says is checked against the shapes; arguments that are not donated when
// the program is run are copied by XLA first, and stay as they are.
//
// # The host ahead of the GPU
//
// PJRT's plugins run a program when its inputs are there, and give back at once outputs to
// come. go-xla asks for the event of its end as well, and waits for it; a GPU is then idle
// while the next program is made ready. On CUDA the request is left out: whoever reads an
// output waits for it, and learns there if something went wrong.
package pjrtshim
