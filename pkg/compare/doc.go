// Package compare says how the models of the two sides differ, and how their texts do.
//
// In: texts and how models score them. Out: tables of plain data: how well models predict
// texts ([PredictionOf], [PerplexityTable], [ROCOf]), how sure their preference is
// ([Calibrate]) and which words it rests on ([WordLeansOf]), how well words tell the sides
// apart ([Classifier]) and which do ([KeynessOf], [Concordance]), whether both use the same
// words in the same way ([UsageOf]), how far groups of texts stand apart as vectors
// ([SeparationOf]), how much of a text is copied ([Index.Search]) and how varied texts are
// ([VarietyOf]). Figures come with intervals: over texts ([Bootstrap], and the jackknife
// where a text must not be drawn twice) and over those who wrote them
// ([BootstrapAccounts]). How far sides would differ by chance is seen by dealing texts, or
// those who wrote them, at random ([Deal]).
//
// Nothing here needs an engine. What does is in packages score, which scores texts with
// models, and classify, which trains classifiers.
package compare
