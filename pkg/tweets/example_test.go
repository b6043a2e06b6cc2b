package tweets_test

import (
	"fmt"

	"github.com/hemiciclo/hemiciclo/pkg/tweets"
)

// The study removed t.co links alone; more is done where it is asked for.
func ExampleCleaning() {
	const text = "Con @vecina_1 &amp; más en https://example.org/plaza https://t.co/a1B2"
	fmt.Println(tweets.Cleaning{}.Clean(text))
	fmt.Println(tweets.Cleaning{Entities: true, URLs: "<URL>", Mentions: "@usuario"}.Clean(text))
	// Output:
	// Con @vecina_1 &amp; más en https://example.org/plaza
	// Con @usuario & más en <URL> <URL>
}
