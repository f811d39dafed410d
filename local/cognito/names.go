package cognito

import (
	"crypto/rand"
	"fmt"
	"math/big"

	"gatehouse/local/resource"
)

const (
	lowerLetters = "abcdefghijklmnopqrstuvwxyz0123456789"
	idLetters    = "ABCDEFGHIJKLMNOPQRSTUVWXYZ" + lowerLetters
)

// randomText is n characters of alphabet.
func (s *Service) randomText(n int, alphabet string) (string, error) {
	text := make([]byte, n)
	for i := range text {
		at, err := rand.Int(s.Rand, big.NewInt(int64(len(alphabet))))
		if err != nil {
			return "", fmt.Errorf("making an id: %w", err)
		}
		text[i] = alphabet[at.Int64()]
	}
	return string(text), nil
}

// resourceName is the name that a template gives, or one like those that
// CloudFormation makes up: PoolD3F588B8-1bXkzGnwMZbS.
func (s *Service) resourceName(given string, r resource.Request) (string, error) {
	if given != "" {
		return given, nil
	}
	suffix, err := s.randomText(12, idLetters)
	return r.LogicalID + "-" + suffix, err
}
