package cognito

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// seal encrypts value so that only this pool, for the same use, can open it
// (AES-256-GCM). Cognito's own challenges and refresh tokens are sealed, too.
func (s *Service) seal(p *pool, use string, value any) ([]byte, error) {
	aead, err := p.sealer(use)
	if err != nil {
		return nil, err
	}
	plain, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("sealing %s: %w", use, err)
	}
	nonce := make([]byte, aead.NonceSize(), aead.NonceSize()+len(plain)+aead.Overhead())
	if _, err := io.ReadFull(s.Rand, nonce); err != nil {
		return nil, fmt.Errorf("sealing %s: %w", use, err)
	}
	return aead.Seal(nonce, nonce, plain, []byte(use)), nil
}

// errNotSealed means that something was not sealed by this pool for this use, or
// was altered.
var errNotSealed = errors.New("not sealed here")

func (p *pool) open(use string, sealed []byte, into any) error {
	aead, err := p.sealer(use)
	if err != nil {
		return err
	}
	if len(sealed) < aead.NonceSize() {
		return errNotSealed
	}
	plain, err := aead.Open(nil, sealed[:aead.NonceSize()], sealed[aead.NonceSize():], []byte(use))
	if err != nil {
		return errNotSealed
	}
	return json.Unmarshal(plain, into)
}

func (p *pool) sealer(use string) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, p.Secret, nil, "seal "+use, 32)
	if err != nil {
		return nil, fmt.Errorf("deriving the key of %s: %w", use, err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("deriving the key of %s: %w", use, err)
	}
	return cipher.NewGCM(block)
}
