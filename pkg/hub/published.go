package hub

// revisions pins what the study's names mean, so that a later change on the hub
// changes nobody's results.
//
//   - gpt2: what huggingface_hub's own documentation resolves
//     "openai-community/gpt2", its new name, to.
//   - the two Spanish models: the newest commit in each one's history, of May 2021
//     ("upload flax model"); PyTorch's weights in it are those of October and
//     November 2020.
var revisions = map[string]string{
	"gpt2":                               "607a30d783dfa663caf39e06633721c8d4cfcd7e",
	"openai-community/gpt2":              "607a30d783dfa663caf39e06633721c8d4cfcd7e",
	"ensamblador/gpt2-es-48heads":        "5b4bc3c3af930ef4a4580ce2c475f0d5df973e96",
	"ensamblador/gpt2_espanol_8hx512pos": "d66fc91e911078ab71d8a74663668804f47d20b2",
}

// Revision returns the revision at which [Resolve] takes a model by itself: a
// pinned commit for the published models of the study, "main" for all others.
func Revision(name string) string {
	if pinned, ok := revisions[name]; ok {
		return pinned
	}
	return "main"
}
