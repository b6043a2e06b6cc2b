// Package comparing is the study's eighth notebook: what the models and the words tell of the
// sides. Scores of each test tweet ([ScoresOf]) and what rests on them, from [PredictionOf] to
// [LeanOf]; a classifier of words, and what it makes of generated texts ([ClassifierOf],
// [SoundsOf]); words ([KeynessOf], [SideVectorsOf]); whether generated texts are new and varied
// ([CopyingOf], [VarietyOf]); and the answers in one table ([Summary]).
//
// In: models and what they wrote, and the tweets of the sides. Out: compare/, the page in which
// readers try the models ([PlaygroundOf]), and what is shown of them.
package comparing
