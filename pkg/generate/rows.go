package generate

import "slices"

// Rows returns sequences as transformers does: prompt, continuation, and the end
// token where one came, filled up to the same length with the padding token.
func (g *Generator) Rows(sequences []Sequence, o Options) [][]int32 {
	rows := make([][]int32, len(sequences))
	longest := 0
	for i, s := range sequences {
		rows[i] = slices.Concat(s.Given, s.New)
		if s.Ended == ByEnd {
			rows[i] = append(rows[i], s.End)
		}
		longest = max(longest, len(rows[i]))
	}
	padding := g.padding(o)
	for i := range rows {
		for len(rows[i]) < longest {
			rows[i] = append(rows[i], padding)
		}
	}
	return rows
}

// padding is the token that fills up rows.
func (g *Generator) padding(o Options) int32 {
	config := g.config
	switch ends := o.ends(config); {
	case o.Pad != nil:
		return *o.Pad
	case config.PadTokenID != nil:
		return *config.PadTokenID
	case len(ends) > 0:
		return ends[0]
	}
	return 0
}
