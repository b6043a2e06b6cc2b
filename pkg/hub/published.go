package hub

// revisions pins what the study's names mean, so that a later change on the hub
// changes nobody's results.
//
//   - gpt2: what huggingface_hub's own documentation resolves
//     "openai-community/gpt2" to.
//   - ensamblador/gpt2_espanol_8hx512pos: the newest commit on the model's page,
//     of May 2021.
//   - ensamblador/gpt2-es-48heads is missing: the whole hash of its newest commit,
//     also of May 2021, could not be established from a source, so its branch "main"
//     is taken.
var revisions = map[string]string{
	"gpt2":                               "607a30d783dfa663caf39e06633721c8d4cfcd7e",
	"openai-community/gpt2":              "607a30d783dfa663caf39e06633721c8d4cfcd7e",
	"ensamblador/gpt2_espanol_8hx512pos": "d66fc91e911078ab71d8a74663668804f47d20b2",
}

// Revision returns the revision at which [Resolve] takes a model by itself: a
// pinned commit for the published models of the study where it is known, else
// "main".
func Revision(name string) string {
	if pinned, ok := revisions[name]; ok {
		return pinned
	}
	return "main"
}
