package wildcard_test

import (
	"regexp"
	"strings"
	"testing"

	"gatehouse/local/s3/wildcard"
)

func TestMatch(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		pattern, text string
		want          bool
	}{
		"the same text":                    {"s3:GetObject", "s3:GetObject", true},
		"another text":                     {"s3:GetObject", "s3:PutObject", false},
		"a star is any run":                {"s3:*", "s3:GetObject", true},
		"a star may be nothing":            {"a*b", "ab", true},
		"stars in the middle go back":      {"*ab*c", "aabbabxc", true},
		"a star crosses slashes":           {"images/*.jpg", "images/a/b.jpg", true},
		"a question mark is one character": {"a?c", "abc", true},
		"a question mark is not nothing":   {"a?c", "ac", false},
		"a rest of the text is no match":   {"a*b", "abc", false},
		"the empty pattern":                {"", "a", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := wildcard.Match(tc.pattern, tc.text); got != tc.want {
				t.Errorf("Match(%q, %q): got %v", tc.pattern, tc.text, got)
			}
		})
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("a*b?c", "axxbyc")
	f.Add("**", "")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if len(pattern) > 12 || strings.ContainsFunc(pattern+text, func(r rune) bool { return r > 0x7e }) {
			return // the expression below works on characters, Match on bytes
		}
		expression := regexp.QuoteMeta(pattern)
		expression = strings.NewReplacer(`\*`, `.*`, `\?`, `.`).Replace(expression)
		want := regexp.MustCompile(`(?s)^` + expression + `$`).MatchString(text)
		if got := wildcard.Match(pattern, text); got != want {
			t.Errorf("Match(%q, %q): got %v", pattern, text, got)
		}
	})
}
