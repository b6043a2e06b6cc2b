package tweets

import "testing"

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"":                                     "",
		"hola https://t.co/aB_9 mundo":         "hola  mundo",
		"https://t.co/":                        "",
		"a https://t.co/ñu b":                  "a ñu b",
		"https://t.co/ahttps://t.co/b":         "://t.co/b", // \w* takes the next one's beginning
		"http://t.co/a\u00a0\n https://x":      "https://x",
		"http https://t.com httphttp://t.co/z": "http https://t.com http",
		"HTTPS://t.co/a":                       "HTTPS://t.co/a",
		"https://t.co/abc…":                    "…",
	} {
		if got := clean(in); got != want {
			t.Errorf("clean(%q) = %q, want %q", in, got, want)
		}
	}
}
