// Package wildcard matches text with the patterns of IAM policies and of CloudFront's
// behaviours, in which * is any run of characters and ? any one character.
package wildcard

import "strings"

// Match tells whether pattern matches the whole of text. It takes at most
// len(pattern)·len(text) steps.
func Match(pattern, text string) bool {
	star, mark := -1, 0
	p, t := 0, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p++
			t++
		case star >= 0: // let the last star take one more
			p = star + 1
			mark++
			t = mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}
