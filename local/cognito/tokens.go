package cognito

import (
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"go.etcd.io/bbolt"

	"gatehouse/local/wire"
)

// session is one sign-in. Its id is the event_id of the tokens; every token that
// is refreshed from it carries the same auth_time and origin_jti.
type session struct {
	ID, OriginID   string
	ClientID       string
	AuthTime       time.Time
	RefreshExpires time.Time
	SignOuts       int // the user's, when it began
	Revoked        bool
	// Generation counts the refresh tokens that rotation has replaced, Rotated is
	// when it did so last.
	Generation int
	Rotated    time.Time
}

func (p *pool) sessionKey(sub, id string) string { return p.ID + "/" + sub + "/" + id }

// refreshToken is what is sealed in a refresh token.
type refreshToken struct {
	Sub, Session, Client string
	Generation           int
}

// authenticationResult are the tokens of somebody who has signed in.
type authenticationResult struct {
	AccessToken  string
	IDToken      string `json:"IdToken"`
	RefreshToken string `json:",omitempty"`
	ExpiresIn    int    // seconds, of the access token
	TokenType    string
}

// signIn begins a session of u and issues its tokens.
func (s *Service) signIn(p *pool, c *client, u user) (*authenticationResult, error) {
	now := s.Now()
	id, err := s.newUUID()
	if err != nil {
		return nil, err
	}
	origin, err := s.newUUID()
	if err != nil {
		return nil, err
	}
	in := session{ID: id, OriginID: origin, ClientID: c.ID, AuthTime: now, RefreshExpires: now.Add(c.RefreshLife), SignOuts: u.SignOuts}
	out, err := s.issue(p, c, u, in)
	if err != nil {
		return nil, err
	}
	if out.RefreshToken, err = s.sealRefreshToken(p, u, in); err != nil {
		return nil, err
	}
	err = s.DB.Update(func(tx *bbolt.Tx) error {
		if err := lockoutTable.delete(tx, account{user: u}.key(p)); err != nil {
			return err
		}
		return s.putSession(tx, p, c, u, in)
	})
	return out, err
}

// putSession keeps a session for as long as one of its tokens is good.
func (s *Service) putSession(tx *bbolt.Tx, p *pool, c *client, u user, in session) error {
	now := s.Now()
	expires := in.RefreshExpires
	if last := now.Add(c.AccessLife); last.After(expires) {
		expires = last
	}
	return sessionTable.put(tx, p.sessionKey(u.Sub, in.ID), in, expires, now)
}

// issue makes the access and the id token of a session.
func (s *Service) issue(p *pool, c *client, u user, in session) (*authenticationResult, error) {
	now := s.Now()
	common := map[string]any{
		"sub": u.Sub, "iss": p.issuer(), "event_id": in.ID, "auth_time": in.AuthTime.Unix(), "iat": now.Unix(),
	}
	if c.Revocation {
		common["origin_jti"] = in.OriginID
	}
	groups := p.groupsOf(u)
	if len(groups) > 0 {
		var names []string
		for _, g := range groups {
			names = append(names, g.Name)
		}
		common["cognito:groups"] = names
	}
	access := maps.Clone(common)
	maps.Copy(access, map[string]any{
		"token_use": "access", "client_id": c.ID, "username": u.Username,
		"scope": "aws.cognito.signin.user.admin", "exp": now.Add(c.AccessLife).Unix(),
	})
	identity := maps.Clone(common)
	maps.Copy(identity, map[string]any{
		"token_use": "id", "aud": c.ID, "cognito:username": u.Username, "exp": now.Add(c.IDLife).Unix(),
	})
	maps.Copy(identity, roleClaims(groups))
	for _, a := range c.readable(u) {
		identity[a.Name] = claimValue(a)
	}
	accessToken, err := s.sign(p.AccessKey, access)
	if err != nil {
		return nil, err
	}
	idToken, err := s.sign(p.IDKey, identity)
	if err != nil {
		return nil, err
	}
	return &authenticationResult{
		AccessToken: accessToken, IDToken: idToken, ExpiresIn: int(c.AccessLife.Seconds()), TokenType: "Bearer",
	}, nil
}

// claimValue is an attribute as the id token has it: a boolean for the two that
// Cognito keeps itself, an object for the address, else a string, numbers and
// custom attributes too.
func claimValue(a attributeType) any {
	switch a.Name {
	case "email_verified", "phone_number_verified":
		return a.Value == "true"
	case "address":
		return map[string]string{"formatted": a.Value}
	}
	return a.Value
}

func (s *Service) sign(key signingKey, claims map[string]any) (string, error) {
	id, err := s.newUUID()
	if err != nil {
		return "", err
	}
	claims["jti"] = id
	token, err := jwt.Signed(key.signer).Claims(claims).Serialize()
	if err != nil {
		return "", fmt.Errorf("signing a token: %w", err)
	}
	return token, nil
}

func (s *Service) sealRefreshToken(p *pool, u user, in session) (string, error) {
	sealed, err := s.seal(p, "refresh token", refreshToken{Sub: u.Sub, Session: in.ID, Client: in.ClientID, Generation: in.Generation})
	return base64.RawURLEncoding.EncodeToString(sealed), err
}

// openRefreshToken reads a refresh token of the client. It does not tell whether
// the token is still good.
func (p *pool) openRefreshToken(c *client, token string) (t refreshToken, ok bool) {
	sealed, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || p.open("refresh token", sealed, &t) != nil {
		return t, false
	}
	return t, t.Client == c.ID
}

// accessClaims are what this service reads in an access token.
type accessClaims struct {
	Sub      string `json:"sub"`
	Issuer   string `json:"iss"`
	Use      string `json:"token_use"`
	ClientID string `json:"client_id"`
	EventID  string `json:"event_id"`
	Expires  int64  `json:"exp"`
}

// caller is who an access token was issued to.
type caller struct {
	pool   *pool
	client *client
	user   user
}

func (c caller) key() string { return account{user: c.user}.key(c.pool) }

// verify checks an access token without asking whether it was revoked.
func (s *Service) verify(token string) (p *pool, c *client, claims accessClaims, err error) {
	if err := validate(validAccessToken(token)); err != nil {
		return nil, nil, claims, err
	}
	parsed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil || len(parsed.Headers) != 1 {
		return nil, nil, claims, errAccessInvalid
	}
	s.mu.RLock()
	p = s.keys[parsed.Headers[0].KeyID]
	s.mu.RUnlock()
	if p == nil || parsed.Claims(&p.AccessKey.key.PublicKey, &claims) != nil || claims.Use != "access" || claims.Issuer != p.issuer() {
		return nil, nil, claims, errAccessInvalid
	}
	if s.Now().Unix() >= claims.Expires {
		return nil, nil, claims, errAccessExpired
	}
	if _, c, err = s.clientByID(claims.ClientID); err != nil {
		return nil, nil, claims, err
	}
	return p, c, claims, nil
}

// authorise finds who an access token was issued to, unless its session is over.
func (s *Service) authorise(tx *bbolt.Tx, p *pool, c *client, claims accessClaims) (caller, error) {
	u, found, err := userTable.Get(tx, p.ID+"/"+claims.Sub)
	if err != nil {
		return caller{}, err
	}
	if !found {
		return caller{}, errNoSuchUser
	}
	in, found, err := sessionTable.get(tx, p.sessionKey(u.Sub, claims.EventID), s.Now())
	if err != nil {
		return caller{}, err
	}
	if !found || in.Revoked || in.SignOuts < u.SignOuts {
		return caller{}, errAccessRevoked
	}
	return caller{p, c, u}, nil
}

// signedIn runs work for the owner of an access token, in a writing transaction
// as [Service.transact] makes them.
func (s *Service) signedIn(token string, work func(tx *bbolt.Tx, who caller) error) error {
	p, c, claims, err := s.verify(token)
	if err != nil {
		return err
	}
	return s.transact(func(tx *bbolt.Tx) error {
		who, err := s.authorise(tx, p, c, claims)
		if err != nil {
			return err
		}
		return work(tx, who)
	})
}

// whoIs returns the owner of an access token.
func (s *Service) whoIs(token string) (who caller, err error) {
	p, c, claims, err := s.verify(token)
	if err != nil {
		return who, err
	}
	err = s.DB.View(func(tx *bbolt.Tx) error {
		who, err = s.authorise(tx, p, c, claims)
		return err
	})
	return who, err
}

func (s *Service) newUUID() (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(s.Rand, b[:]); err != nil {
		return "", fmt.Errorf("making an id: %w", err)
	}
	return formatUUID(b), nil
}

// refresh issues new tokens for a refresh token. A client that rotates gets a new
// refresh token, too, with the expiry of the first; the one it replaces is good
// for the grace period only.
func (s *Service) refresh(p *pool, c *client, token string) (out *authenticationResult, err error) {
	t, ok := p.openRefreshToken(c, token)
	if !ok {
		return nil, errRefreshInvalid
	}
	var u user
	var in session
	if err := s.transact(func(tx *bbolt.Tx) error {
		u, in, err = s.resume(tx, p, c, t)
		return err
	}); err != nil {
		return nil, err
	}
	if out, err = s.issue(p, c, u, in); err == nil && c.Rotation {
		out.RefreshToken, err = s.sealRefreshToken(p, u, in)
	}
	return out, err
}

// resume returns the session of a refresh token and its user, and rotates it if
// the client does that.
func (s *Service) resume(tx *bbolt.Tx, p *pool, c *client, t refreshToken) (u user, in session, err error) {
	now := s.Now()
	u, exists, err := userTable.Get(tx, p.ID+"/"+t.Sub)
	if err != nil {
		return u, in, err
	}
	in, found, err := sessionTable.get(tx, p.sessionKey(t.Sub, t.Session), now)
	switch {
	case err != nil:
		return u, in, err
	case !found || !now.Before(in.RefreshExpires):
		return u, in, errRefreshExpired
	case !exists || in.Revoked || in.SignOuts < u.SignOuts:
		return u, in, errRefreshRevoked
	case t.Generation == in.Generation && c.Rotation:
		in.Generation, in.Rotated = in.Generation+1, now
		return u, in, s.putSession(tx, p, c, u, in)
	case t.Generation == in.Generation:
		return u, in, nil
	case t.Generation == in.Generation-1 && now.Before(in.Rotated.Add(c.Grace)):
		return u, in, nil // a retry of the request that rotated it
	}
	return u, in, errRefreshReused
}

// errUnsupportedToken is for what is a token, but none that can be revoked.
var errUnsupportedToken = wire.BadRequest("UnsupportedTokenTypeException", "Only refresh tokens can be revoked")
