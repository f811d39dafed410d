package cognito

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"sync"

	"github.com/go-jose/go-jose/v4"
)

// keyBits is the size of Cognito's signing keys.
const keyBits = 2048

// signingKey is an RSA key that signs one kind of token.
type signingKey struct {
	ID  string // the kid
	DER []byte // PKCS #1

	key    *rsa.PrivateKey
	signer jose.Signer
}

// newSigningKeys makes the two keys of a pool at the same time: one takes about a
// tenth of a second. (crypto/rsa draws from the system's randomness whatever it is
// given, so that is no parameter.)
func newSigningKeys() (id, access signingKey, err error) {
	var made sync.WaitGroup
	var errs [2]error
	for i, k := range []*signingKey{&id, &access} {
		made.Go(func() {
			key, err := rsa.GenerateKey(rand.Reader, keyBits)
			if err != nil {
				errs[i] = fmt.Errorf("making a signing key: %w", err)
				return
			}
			sum := sha256.Sum256(x509.MarshalPKCS1PublicKey(&key.PublicKey))
			*k = signingKey{ID: base64.StdEncoding.EncodeToString(sum[:]), DER: x509.MarshalPKCS1PrivateKey(key)}
		})
	}
	made.Wait()
	return id, access, errors.Join(errs[:]...)
}

// parseKeys makes the stored keys of p ready for use.
func (p *pool) parseKeys() (err error) {
	for _, k := range []*signingKey{&p.IDKey, &p.AccessKey} {
		if k.key, err = x509.ParsePKCS1PrivateKey(k.DER); err != nil {
			return err
		}
		if k.signer, err = jose.NewSigner(jose.SigningKey{
			Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: k.key, KeyID: k.ID},
		}, nil); err != nil {
			return err
		}
	}
	return nil
}

// keySet is the pool's public keys.
func (p *pool) keySet() jose.JSONWebKeySet {
	var set jose.JSONWebKeySet
	for _, k := range []signingKey{p.IDKey, p.AccessKey} {
		set.Keys = append(set.Keys, jose.JSONWebKey{Key: &k.key.PublicKey, KeyID: k.ID, Algorithm: "RS256", Use: "sig"})
	}
	return set
}
