package cognito

import (
	"context"
	"encoding/base64"
	"io"
	"time"

	"go.etcd.io/bbolt"

	"gatehouse/local/cognito/srp"
	"gatehouse/local/wire"
)

type initiateAuthInput struct {
	AuthFlow        string
	ClientID        string `json:"ClientId"`
	AuthParameters  map[string]string
	ClientMetadata  metadata
	UserContextData contextData
}

// authOutput is the answer to InitiateAuth and to RespondToAuthChallenge: a
// challenge or tokens.
type authOutput struct {
	ChallengeName        string `json:",omitempty"`
	ChallengeParameters  map[string]string
	AuthenticationResult *authenticationResult `json:",omitempty"`
}

// initiateAuth is the InitiateAuth operation.
func (s *Service) initiateAuth(_ context.Context, in initiateAuthInput) (out authOutput, err error) {
	if err := validate(validClientID(in.ClientID)); err != nil {
		return out, err
	}
	p, c, err := s.clientByID(in.ClientID)
	if err != nil {
		return out, err
	}
	out.ChallengeParameters = map[string]string{}
	switch in.AuthFlow {
	case "USER_SRP_AUTH":
		if !c.SRP {
			return out, invalid("USER_SRP_AUTH is not enabled for the client.")
		}
		if err := known(in.AuthParameters, "USERNAME", "SRP_A", "SECRET_HASH"); err != nil {
			return out, err
		}
		out.ChallengeName = "PASSWORD_VERIFIER"
		out.ChallengeParameters, err = s.challengePassword(p, c, in.AuthParameters)
		return out, err
	case "USER_PASSWORD_AUTH":
		if !c.Password {
			return out, invalid("USER_PASSWORD_AUTH flow not enabled for this client")
		}
		if err := known(in.AuthParameters, "USERNAME", "PASSWORD", "SECRET_HASH"); err != nil {
			return out, err
		}
		out.AuthenticationResult, err = s.signInWithPassword(p, c, in.AuthParameters)
		return out, err
	case "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN":
		if !c.Refresh {
			return out, invalid("REFRESH_TOKEN_AUTH flow not enabled for this client")
		}
		if err := known(in.AuthParameters, "REFRESH_TOKEN", "SECRET_HASH"); err != nil {
			return out, err
		}
		out.AuthenticationResult, err = s.refreshWithHash(p, c, in.AuthParameters)
		return out, err
	case "ADMIN_NO_SRP_AUTH", "ADMIN_USER_PASSWORD_AUTH":
		return out, invalid("Initiate Auth method not supported.")
	case "USER_AUTH", "CUSTOM_AUTH":
		return out, wire.Unimplemented("the flow " + in.AuthFlow)
	}
	return out, notInEnum(in.AuthFlow, "authFlow", "USER_SRP_AUTH", "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", "CUSTOM_AUTH",
		"ADMIN_NO_SRP_AUTH", "USER_PASSWORD_AUTH", "ADMIN_USER_PASSWORD_AUTH", "USER_AUTH")
}

// known refuses parameters that AWS would act on and the local cloud would not: a
// device key, say.
func known(parameters map[string]string, names ...string) error {
	for name := range parameters {
		found := false
		for _, n := range names {
			found = found || n == name
		}
		if !found {
			return wire.Unimplemented("the parameter " + name)
		}
	}
	return nil
}

// required returns a parameter or AWS's refusal of its absence.
func required(parameters map[string]string, name string) (string, error) {
	if parameters[name] == "" {
		return "", invalid("Missing required parameter %s", name)
	}
	return parameters[name], nil
}

// passwordChallenge is what is sealed in a SECRET_BLOCK: all that the second step
// of a sign-in needs, bound to pool (by the key that seals it), client and account.
type passwordChallenge struct {
	ID      []byte // it can be answered once
	Client  string
	Sub     string
	A       string // SRP_A
	SRP     srp.Challenge
	Expires time.Time
}

// challengePassword is the first step of a sign-in over SRP. The answer for an
// account that does not exist differs in nothing, the work that it costs included.
func (s *Service) challengePassword(p *pool, c *client, parameters map[string]string) (map[string]string, error) {
	name, err := required(parameters, "USERNAME")
	if err != nil {
		return nil, err
	}
	digits, err := required(parameters, "SRP_A")
	if err != nil {
		return nil, err
	}
	if err := c.checkSecretHash(name, parameters["SECRET_HASH"]); err != nil {
		return nil, err
	}
	var a account
	if err := s.DB.View(func(tx *bbolt.Tx) error {
		a, err = s.account(tx, p, c, name, errNoSuchUser)
		return err
	}); err != nil {
		return nil, err
	}
	public, err := srp.ParsePublic(digits)
	if err != nil {
		return nil, invalid("SRP_A is not valid: %v", err)
	}
	if a.Status == statusUnconfirmed {
		return nil, errNotConfirmed
	}
	challenge := passwordChallenge{
		ID: make([]byte, 16), Client: c.ID, Sub: a.Sub, A: public.Text(16), Expires: s.Now().Add(c.ChallengeLife),
	}
	if _, err := io.ReadFull(s.Rand, challenge.ID); err != nil {
		return nil, err
	}
	if challenge.SRP, err = srp.NewChallenge(s.Rand, a.Password.Verifier); err != nil {
		return nil, err
	}
	block, err := s.seal(p, "password challenge", challenge)
	if err != nil {
		return nil, err
	}
	return map[string]string{
		"SALT":            a.Password.SaltHex(),
		"SRP_B":           srp.Hex(challenge.SRP.Public),
		"SECRET_BLOCK":    base64.StdEncoding.EncodeToString(block),
		"USERNAME":        a.Username,
		"USER_ID_FOR_SRP": a.Username,
	}, nil
}

// signInWithPassword is USER_PASSWORD_AUTH.
func (s *Service) signInWithPassword(p *pool, c *client, parameters map[string]string) (*authenticationResult, error) {
	name, err := required(parameters, "USERNAME")
	if err != nil {
		return nil, err
	}
	password, err := required(parameters, "PASSWORD")
	if err != nil {
		return nil, err
	}
	if err := c.checkSecretHash(name, parameters["SECRET_HASH"]); err != nil {
		return nil, err
	}
	return s.signInIf(p, c, func(tx *bbolt.Tx) (account, error) {
		return s.account(tx, p, c, name, errNoSuchUser)
	}, func(a account) bool {
		return a.Password.Matches(p.name(), a.Username, password)
	})
}

// signInIf signs in the account that find returns if proven confirms the password.
// Passwords of one account are looked at one after the other, and a wrong one is
// counted before the next is looked at.
func (s *Service) signInIf(p *pool, c *client, find func(tx *bbolt.Tx) (account, error), proven func(account) bool) (*authenticationResult, error) {
	var a account
	look := func(tx *bbolt.Tx) (err error) {
		a, err = find(tx)
		return err
	}
	if err := s.DB.View(look); err != nil { // to learn whose lock it takes
		return nil, err
	}
	defer s.passwords.lock(a.key(p))()
	if err := s.DB.View(func(tx *bbolt.Tx) error {
		if err := look(tx); err != nil {
			return err
		}
		if a.Status == statusUnconfirmed {
			return errNotConfirmed
		}
		return s.locked(tx, a.key(p))
	}); err != nil {
		return nil, err
	}
	if !proven(a) || a.simulated {
		return nil, s.transact(func(tx *bbolt.Tx) error {
			if err := s.failed(tx, a.key(p)); err != nil {
				return err
			}
			return errIncorrect
		})
	}
	return s.signIn(p, c, a.user)
}

// refreshWithHash is REFRESH_TOKEN_AUTH. The user name in SECRET_HASH is the
// token's, since the request has none.
func (s *Service) refreshWithHash(p *pool, c *client, parameters map[string]string) (*authenticationResult, error) {
	token, err := required(parameters, "REFRESH_TOKEN")
	if err != nil {
		return nil, err
	}
	t, ok := p.openRefreshToken(c, token)
	if !ok {
		return nil, errRefreshInvalid
	}
	var u user
	if err := s.DB.View(func(tx *bbolt.Tx) (err error) {
		u, _, err = userTable.Get(tx, p.ID+"/"+t.Sub)
		return err
	}); err != nil {
		return nil, err
	}
	if err := c.checkSecretHash(u.Username, parameters["SECRET_HASH"]); err != nil {
		return nil, err
	}
	return s.refresh(p, c, token)
}
