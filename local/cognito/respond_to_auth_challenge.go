package cognito

import (
	"context"
	"encoding/base64"

	"go.etcd.io/bbolt"

	"gatehouse/local/cognito/srp"
	"gatehouse/local/wire"
)

type respondToAuthChallengeInput struct {
	ClientID           string `json:"ClientId"`
	ChallengeName      string
	ChallengeResponses map[string]string
	ClientMetadata     metadata
	UserContextData    contextData
}

// respondToAuthChallenge is the RespondToAuthChallenge operation. The one
// challenge that a pool here can pose is PASSWORD_VERIFIER.
func (s *Service) respondToAuthChallenge(_ context.Context, in respondToAuthChallengeInput) (out authOutput, err error) {
	if err := validate(validClientID(in.ClientID)); err != nil {
		return out, err
	}
	p, c, err := s.clientByID(in.ClientID)
	if err != nil {
		return out, err
	}
	if in.ChallengeName != "PASSWORD_VERIFIER" {
		return out, wire.Unimplemented("the challenge " + in.ChallengeName)
	}
	out.ChallengeParameters = map[string]string{}
	out.AuthenticationResult, err = s.verifyPassword(p, c, in.ChallengeResponses)
	return out, err
}

// verifyPassword is the second step of a sign-in over SRP. A challenge is used up
// by whatever proof is given for it, right or wrong.
func (s *Service) verifyPassword(p *pool, c *client, responses map[string]string) (*authenticationResult, error) {
	if err := known(responses, "USERNAME", "PASSWORD_CLAIM_SECRET_BLOCK", "PASSWORD_CLAIM_SIGNATURE", "TIMESTAMP", "SECRET_HASH"); err != nil {
		return nil, err
	}
	value := map[string]string{}
	for _, name := range []string{"USERNAME", "PASSWORD_CLAIM_SECRET_BLOCK", "PASSWORD_CLAIM_SIGNATURE", "TIMESTAMP"} {
		var err error
		if value[name], err = required(responses, name); err != nil {
			return nil, err
		}
	}
	if err := c.checkSecretHash(value["USERNAME"], responses["SECRET_HASH"]); err != nil {
		return nil, err
	}
	timestamp, err := srp.CanonicalTimestamp(value["TIMESTAMP"])
	if err != nil {
		return nil, invalid("TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.")
	}
	block, challenge, ok := s.openChallenge(p, c, value["PASSWORD_CLAIM_SECRET_BLOCK"])
	if !ok {
		return nil, errIncorrect
	}
	if err := s.useChallenge(p, challenge); err != nil {
		return nil, err
	}
	proof, err := base64.StdEncoding.DecodeString(value["PASSWORD_CLAIM_SIGNATURE"])
	if err != nil {
		proof = nil // as wrong as any other
	}
	return s.signInIf(p, c, func(tx *bbolt.Tx) (account, error) {
		return challenge.account(tx, p, value["USERNAME"])
	}, func(a account) bool {
		public, err := srp.ParsePublic(challenge.A)
		return err == nil && challenge.SRP.Verify(a.Password.Verifier, srp.Claim{
			PoolName: p.name(), UserID: a.Username, A: public, SecretBlock: block, Timestamp: timestamp, Signature: proof,
		})
	})
}

// openChallenge reads a SECRET_BLOCK of this pool and client that is still good.
func (s *Service) openChallenge(p *pool, c *client, text string) (block []byte, challenge passwordChallenge, ok bool) {
	block, err := base64.StdEncoding.DecodeString(text)
	if err != nil || p.open("password challenge", block, &challenge) != nil {
		return nil, challenge, false
	}
	return block, challenge, challenge.Client == c.ID && s.Now().Before(challenge.Expires)
}

// useChallenge refuses a challenge that was answered before.
func (s *Service) useChallenge(p *pool, challenge passwordChallenge) error {
	return s.transact(func(tx *bbolt.Tx) error {
		key := p.ID + "/" + base64.RawURLEncoding.EncodeToString(challenge.ID)
		_, used, err := challengeTable.get(tx, key, s.Now())
		if err != nil {
			return err
		}
		if used {
			return errIncorrect
		}
		return challengeTable.put(tx, key, struct{}{}, challenge.Expires, s.Now())
	})
}

// account is the one that was challenged, as it is now. name must be its name: a
// proof for one account is no proof for another. What does not fit is simulated,
// and so fails after the same work.
func (challenge passwordChallenge) account(tx *bbolt.Tx, p *pool, name string) (account, error) {
	u, found, err := p.find(tx, name)
	if err != nil {
		return account{}, err
	}
	if found && u.Sub == challenge.Sub {
		return account{user: u}, nil
	}
	u, err = p.simulate(name)
	u.Sub = challenge.Sub
	return account{u, true}, err
}
