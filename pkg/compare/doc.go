// Package compare says in what models and the texts of the two sides differ.
//
// Models and texts flow in, tables of plain data flow out.
package compare
