package bpe

// roles names the special tokens by what they are for; "" where there is none.
// The JSON names are those of special_tokens_map.json.
type roles struct {
	BOS  string `json:"bos_token,omitempty"`
	EOS  string `json:"eos_token,omitempty"`
	UNK  string `json:"unk_token,omitempty"`
	Pad  string `json:"pad_token,omitempty"`
	Mask string `json:"mask_token,omitempty"`
}

// guessRoles gives the tokens their customary roles, where has knows them.
func guessRoles(has func(string) bool) roles {
	if end := "<|endoftext|>"; has(end) {
		return roles{BOS: end, EOS: end, UNK: end}
	}
	known := func(token string) string {
		if has(token) {
			return token
		}
		return ""
	}
	return roles{BOS: known("<s>"), EOS: known("</s>"), UNK: known("<unk>"), Pad: known("<pad>"), Mask: known("<mask>")}
}

// or fills the roles that r leaves open.
func (r roles) or(other roles) roles {
	fill := func(a *string, b string) {
		if *a == "" {
			*a = b
		}
	}
	fill(&r.BOS, other.BOS)
	fill(&r.EOS, other.EOS)
	fill(&r.UNK, other.UNK)
	fill(&r.Pad, other.Pad)
	fill(&r.Mask, other.Mask)
	return r
}

func (r roles) all() []string { return []string{r.BOS, r.EOS, r.UNK, r.Pad, r.Mask} }

// BOS returns the id of the token that begins a text, and whether there is one.
func (t *Tokenizer) BOS() (int32, bool) { return t.ID(t.roles.BOS) }

// EOS returns the id of the token that ends a text, and whether there is one.
func (t *Tokenizer) EOS() (int32, bool) { return t.ID(t.roles.EOS) }

// Pad returns the id of the token that fills a batch, and whether there is one.
func (t *Tokenizer) Pad() (int32, bool) { return t.ID(t.roles.Pad) }
