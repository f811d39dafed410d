package cognito

import (
	"context"
	"strings"

	"go.etcd.io/bbolt"

	"gatehouse/local/wire"
)

type revokeTokenInput struct {
	ClientID     string `json:"ClientId"`
	ClientSecret string
	Token        string
}

// revokeToken is the RevokeToken operation: it ends the session of a refresh token.
// A token that was revoked or has expired is no error (RFC 7009 section 2.2).
func (s *Service) revokeToken(_ context.Context, in revokeTokenInput) (out empty, err error) {
	if err := validate(validClientID(in.ClientID)); err != nil {
		return out, err
	}
	p, c, err := s.clientByID(in.ClientID)
	if err != nil {
		return out, err
	}
	if err := c.checkSecret(in.ClientSecret); err != nil {
		return out, err
	}
	if !c.Revocation {
		return out, wire.BadRequest("UnsupportedOperationException", "Token revocation is not enabled for this client")
	}
	t, ok := p.openRefreshToken(c, in.Token)
	if !ok {
		if strings.Count(in.Token, ".") == 2 {
			return out, errUnsupportedToken
		}
		return out, invalid("Invalid Refresh Token")
	}
	return out, s.transact(func(tx *bbolt.Tx) error {
		key := p.sessionKey(t.Sub, t.Session)
		in, found, err := sessionTable.get(tx, key, s.Now())
		if err != nil || !found {
			return err
		}
		in.Revoked = true
		expires, err := sessionTable.expires(tx, key)
		if err != nil {
			return err
		}
		return sessionTable.put(tx, key, in, expires, s.Now())
	})
}
