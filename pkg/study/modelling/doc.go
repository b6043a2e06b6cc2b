// Package modelling is the study's notebooks 3 to 7 and 9: the texts that models read
// ([DataSetOf]), the base and the models of the sides ([Base], [FineTune]), and what they write
// ([Generate]).
//
// In: the tweets of the sides. Out: the folders of the texts, models/ and generated/, and what is
// shown of them.
package modelling
