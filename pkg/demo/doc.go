// Package demo writes a synthetic corpus: Spanish tweets by invented politicians
// of invented parties, in the study's own format, so that every step can be run
// and tested without anyone's data.
//
// In: a seed and a size. Out: a corpus folder (accounts.csv, tweets/, study.toml,
// README.md) and the number of rows that each of the study's steps must find in
// it. The same options give the same bytes.
//
// The texts come from a recursive grammar (grammar.txt) with agreement of gender
// and number. Each tweet speaks with one of three voices, right, left or centre,
// which share sentence forms but differ in words and themes; a party is a mixture
// of voices. A part of the tweets begins as the study's five prompts do.
//
// Nothing in it is real, and nothing can be taken for real: the parties and names
// are invented, screen names are longer than Twitter allows, ids are beyond those
// that Twitter has given, links lead nowhere, and every record, the accounts, the
// README and study.toml say that they are synthetic.
package demo
