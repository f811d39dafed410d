package cognito

import (
	"context"

	"go.etcd.io/bbolt"

	"gatehouse/local/cognito/srp"
)

// Members that many requests share. ClientMetadata and ValidationData are for
// Lambda triggers and UserContextData is for threat protection, which a pool here
// cannot have: AWS does nothing with them either.
type (
	metadata    = map[string]string
	contextData = struct {
		EncodedData string
		IPAddress   string `json:"IpAddress"`
	}
)

type signUpInput struct {
	ClientID        string `json:"ClientId"`
	SecretHash      string
	Username        string
	Password        string
	UserAttributes  []attributeType
	ValidationData  []attributeType
	ClientMetadata  metadata
	UserContextData contextData
}

type signUpOutput struct {
	UserConfirmed       bool
	UserSub             string
	CodeDeliveryDetails *codeDelivery `json:",omitempty"`
}

// signUp is the SignUp operation.
func (s *Service) signUp(_ context.Context, in signUpInput) (out signUpOutput, err error) {
	if err := validate(validClientID(in.ClientID), validUsername(in.Username), validPassword("password", in.Password), validAttributes(in.UserAttributes)); err != nil {
		return out, err
	}
	p, c, err := s.clientByID(in.ClientID)
	if err != nil {
		return out, err
	}
	if err := c.checkSecretHash(in.Username, in.SecretHash); err != nil {
		return out, err
	}
	if p.Settings.AdminOnlySignUp {
		return out, errSignUpClosed
	}
	u, err := s.newUser(p, c, in)
	if err != nil {
		return out, err
	}
	if err := p.needsDomain(); err != nil {
		return out, err
	}
	// Ask for the name first: what follows costs a modular exponentiation.
	err = s.DB.View(func(tx *bbolt.Tx) error { return p.free(tx, in.Username) })
	if err != nil {
		return out, err
	}
	if u.Password, err = srp.NewCredential(s.Rand, p.name(), u.Username, in.Password); err != nil {
		return out, err
	}
	verify := p.Settings.AutoVerifyEmail && u.Attributes["email"] != ""
	var code string
	err = s.transact(func(tx *bbolt.Tx) error {
		if err := p.free(tx, in.Username); err != nil {
			return err // somebody was faster
		}
		if err := p.reserve(tx, u.Username, u); err != nil {
			return err
		}
		if p.Settings.EmailUsernames {
			if err := p.reserve(tx, in.Username, u); err != nil {
				return err
			}
		}
		if err := p.put(tx, u); err != nil {
			return err
		}
		if verify {
			code, err = s.issueCode(tx, account{user: u}.key(p), forSignUp)
		}
		return err
	})
	if err != nil {
		return out, err
	}
	out.UserSub = u.Sub
	if verify {
		out.CodeDeliveryDetails = deliveredTo(u.Attributes["email"])
		err = s.send(p, c, u, u.Attributes["email"], code, mailSignUp)
	}
	return out, err
}

// newUser is the user whom a sign-up describes, without a password yet.
func (s *Service) newUser(p *pool, c *client, in signUpInput) (u user, err error) {
	wanted := in.UserAttributes
	if p.Settings.EmailUsernames {
		if !isEmail(in.Username) {
			return u, errUsernameNotEmail
		}
		wanted, err = withEmail(wanted, in.Username)
		if err != nil {
			return u, err
		}
	}
	if err := p.Settings.Password.check(in.Password); err != nil {
		return u, err
	}
	attributes, err := p.accept(c, nil, wanted)
	if err != nil {
		return u, err
	}
	if attributes["email"] != "" {
		attributes["email_verified"] = "false"
	}
	now := s.Now()
	u = user{Username: in.Username, Status: statusUnconfirmed, Created: now, Modified: now, Attributes: attributes}
	if u.Sub, err = s.newUUID(); err != nil {
		return u, err
	}
	if p.Settings.EmailUsernames {
		u.Username = u.Sub
	}
	return u, nil
}

// withEmail adds the address that is the user name. A client may send it as an
// attribute, too, but not another one.
func withEmail(wanted []attributeType, email string) ([]attributeType, error) {
	for _, w := range wanted {
		if w.Name == "email" {
			if w.Value != email {
				return nil, invalid("The email attribute differs from the username.")
			}
			return wanted, nil
		}
	}
	return append([]attributeType{{"email", email}}, wanted...), nil
}

// free refuses a name that somebody has.
func (p *pool) free(tx *bbolt.Tx, name string) error {
	_, taken, err := p.find(tx, name)
	switch {
	case err != nil:
		return err
	case taken && p.Settings.EmailUsernames:
		return errEmailExists
	case taken:
		return errUsernameExists
	}
	return nil
}
