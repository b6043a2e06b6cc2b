// Package compare says in what models and the texts of the two sides differ.
//
// Models and texts flow in, tables of plain data flow out: how well models predict
// texts ([Perplexities], [ScoreTexts], [ROCOf]), which words set sides apart
// ([KeynessOf]), how much of a text is copied ([Training.Search]) and how varied
// texts are ([VarietyOf]). Figures come with intervals by [Bootstrap].
package compare
