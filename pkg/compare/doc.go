// Package compare says in what models and the texts of the two sides differ.
//
// Texts, and what models say of them, flow in; tables of plain data flow out: how well
// models predict texts ([PredictionOf], [PerplexityTable], [ROCOf]), how sure their
// preference is ([Calibrate]) and which words it rests on ([WordLeansOf]), how well words
// tell the sides apart ([Classifier]) and which do ([KeynessOf], [Concordance]), whether
// both use the same words alike ([UsageOf]), how far groups of texts stand apart as
// vectors ([SeparationOf]), how much of a text is copied ([Index.Search]) and how varied
// texts are ([VarietyOf]). Figures come with intervals: over texts ([Bootstrap], and
// the jackknife where a text must not be drawn twice) and over those who wrote them
// ([BootstrapAccounts]).
//
// Nothing here needs an engine. What does is in packages below: score has models read
// texts, classify trains classifiers.
package compare
