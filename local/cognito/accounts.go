package cognito

import (
	"crypto/hkdf"
	"crypto/sha256"
	"fmt"

	"go.etcd.io/bbolt"

	"gatehouse/local/cognito/srp"
)

// account is who a request is about: a user, or the simulation of one for a client
// that hides who exists. A simulated account is the same for the same name every
// time, costs the same work and fails like a user whose password nobody knows.
type account struct {
	user
	simulated bool
}

// key is what an account's codes and counters are stored under.
func (a account) key(p *pool) string { return p.ID + "/" + a.Sub }

// account finds the account that name signs in to. unknown is the refusal of a
// client that does not hide who exists.
func (s *Service) account(tx *bbolt.Tx, p *pool, c *client, name string, unknown error) (account, error) {
	u, found, err := p.find(tx, name)
	switch {
	case err != nil:
		return account{}, err
	case found:
		return account{user: u}, nil
	case !c.HideExistence:
		return account{}, unknown
	}
	u, err = p.simulate(name)
	return account{u, true}, err
}

// simulate makes up a user from the pool's secret and a name (RFC 5054 section
// 2.5.1.3). The verifier is no power of g that anybody knows the logarithm of, so
// no password fits.
func (p *pool) simulate(name string) (user, error) {
	const letters = "abcdefghijklmnopqrstuvwxyz"
	b, err := hkdf.Key(sha256.New, p.Secret, nil, "simulated user "+p.canonical(name), 16+16+2+384)
	if err != nil {
		return user{}, fmt.Errorf("simulating a user: %w", err)
	}
	u := user{
		Sub: formatUUID([16]byte(b[:16])), Username: p.canonical(name), Status: statusConfirmed,
		Password:   srp.Credential{Salt: b[16:32], Verifier: b[34:]},
		Attributes: map[string]string{"email": name, "email_verified": "true"},
	}
	if p.Settings.EmailUsernames {
		u.Username = u.Sub
	}
	if !isEmail(name) {
		u.Attributes["email"] = string(letters[int(b[32])%26]) + "@" + string(letters[int(b[33])%26])
	}
	return u, nil
}

// formatUUID writes 16 random bytes as a version 4 UUID (RFC 9562). Cognito's own
// have a 7 there; nothing reads it.
func formatUUID(b [16]byte) string {
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
