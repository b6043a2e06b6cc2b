// Package home knows where the project lies on disk, how a file is put there whole, and how
// processes keep out of each other's way.
//
// In: the environment (HEMICICLO_HOME) and the working directory. Out: the project's root,
// the path of a part that scripts/setup installed under .tools/lib, files that are either the
// old version or the new one, never half of one, locks on lock files, and the last of what an
// installed program said ([Tail]).
package home
