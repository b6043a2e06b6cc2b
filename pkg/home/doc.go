// Package home knows where the project lies on disk, how a file is put there
// whole, how processes keep out of each other's way, and the end of what a program
// that is installed there says.
//
// In: the environment (HEMICICLO_HOME) and the working directory. Out: the
// project's root, the path of a part that scripts/setup installed under
// .tools/lib, files that are either the old version or the new one, never half of
// one, and locks on lock files.
package home
