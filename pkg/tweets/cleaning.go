package tweets

import (
	"fmt"
	"html"
	"strings"
	"unicode/utf8"
)

// Cleaning is what is done to a text beyond what the study did. The zero value does nothing
// more.
type Cleaning struct {
	// Entities decodes HTML entities: Twitter's API 1.1 gives & as &amp;.
	Entities bool
	// URLs replaces every http and https link, t.co's and others. If empty, t.co links are
	// removed and others are left, as in the study.
	URLs string
	// Mentions replaces every @name. If empty, they are left.
	Mentions string
}

// Check is an error where a placeholder would not be one token.
func (c Cleaning) Check() error {
	for _, placeholder := range []string{c.URLs, c.Mentions} {
		if strings.ContainsAny(placeholder, " \t\n\v\f\r") || !utf8.ValidString(placeholder) {
			return fmt.Errorf("cleaning: the placeholder %q holds white space: give one word", placeholder)
		}
	}
	return nil
}

// Clean makes text_clean from a text. A text that is nothing but t.co links becomes empty,
// whatever the placeholder for links.
func (c Cleaning) Clean(text string) string {
	if c.Entities {
		text = html.UnescapeString(text)
	}
	cleaned := clean(text)
	if cleaned == "" || c.URLs == "" && c.Mentions == "" {
		return cleaned
	}
	if c.URLs != "" {
		cleaned = strings.TrimSpace(replace(text, "http", c.URLs, urlLength))
	}
	if c.Mentions != "" {
		cleaned = replace(cleaned, "@", c.Mentions, mentionLength)
	}
	return cleaned
}

// replace puts a placeholder for what begins with mark and has a length.
func replace(s, mark, placeholder string, length func(rest string) int) string {
	var b strings.Builder
	for from := 0; ; {
		i := strings.Index(s[from:], mark)
		if i < 0 {
			b.WriteString(s[from:])
			return b.String()
		}
		i += from
		n := length(s[i:])
		if before, _ := utf8.DecodeLastRuneInString(s[:i]); n == 0 || i > 0 && nameRune(before) {
			n = len(mark)
			b.WriteString(s[from : i+n])
		} else {
			b.WriteString(s[from:i] + placeholder)
		}
		from = i + n
	}
}

// urlLength is the length of the link with which s begins, up to white space, or
// 0.
func urlLength(s string) int {
	rest, ok := strings.CutPrefix(s, "https://")
	if !ok {
		if rest, ok = strings.CutPrefix(s, "http://"); !ok {
			return 0
		}
	}
	if end := strings.IndexAny(rest, " \t\n\v\f\r\u00a0"); end >= 0 {
		rest = rest[:end]
	}
	if rest == "" {
		return 0
	}
	return strings.Index(s, "://") + len("://") + len(rest)
}

// mentionLength is the length of the @name with which s begins, or 0.
func mentionLength(s string) int {
	n := 1
	for n < len(s) && wordByte(s[n]) {
		n++
	}
	if n == 1 {
		return 0
	}
	return n
}
