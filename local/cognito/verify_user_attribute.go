package cognito

import (
	"context"

	"go.etcd.io/bbolt"

	"gatehouse/local/wire"
)

type getUserAttributeVerificationCodeInput struct {
	AccessToken    string
	AttributeName  string
	ClientMetadata metadata
}

// getUserAttributeVerificationCode is the GetUserAttributeVerificationCode
// operation: it mails a code to the address that is not verified yet.
func (s *Service) getUserAttributeVerificationCode(_ context.Context, in getUserAttributeVerificationCodeInput) (out codeDeliveryOutput, err error) {
	if err := onlyEmail(in.AttributeName); err != nil {
		return out, err
	}
	var who caller
	var to, code string
	err = s.signedIn(in.AccessToken, func(tx *bbolt.Tx, c caller) error {
		who = c
		to = or(who.user.PendingEmail, who.user.Attributes["email"])
		if to == "" {
			return errNoEmail
		}
		if err := s.limit(tx, who.key(), "GetUserAttributeVerificationCode"); err != nil {
			return err
		}
		code, err = s.issueCode(tx, who.key(), forEmail)
		return err
	})
	if err != nil {
		return out, err
	}
	out.CodeDeliveryDetails = deliveredTo(to)
	return out, s.send(who.pool, who.client, who.user, to, code, mailUpdateAttribute)
}

type verifyUserAttributeInput struct {
	AccessToken   string
	AttributeName string
	Code          string
}

// verifyUserAttribute is the VerifyUserAttribute operation.
func (s *Service) verifyUserAttribute(_ context.Context, in verifyUserAttributeInput) (out empty, err error) {
	if err := validate(validCode("code", in.Code)); err != nil {
		return out, err
	}
	if err := onlyEmail(in.AttributeName); err != nil {
		return out, err
	}
	return out, s.signedIn(in.AccessToken, func(tx *bbolt.Tx, who caller) error {
		p, u := who.pool, who.user
		if err := s.limit(tx, who.key(), "VerifyUserAttribute"); err != nil {
			return err
		}
		if err := s.checkCode(tx, who.key(), forEmail, in.Code); err != nil {
			return err
		}
		email := or(u.PendingEmail, u.Attributes["email"])
		if p.Settings.EmailUsernames {
			if err := p.freeFor(tx, email, u); err != nil {
				return err
			}
			if err := p.release(tx, u.Attributes["email"], u); err != nil {
				return err
			}
			if err := p.reserve(tx, email, u); err != nil {
				return err
			}
		}
		if err := s.useCode(tx, who.key(), forEmail); err != nil {
			return err
		}
		u.PendingEmail, u.Modified = "", s.Now()
		u.Attributes["email"], u.Attributes["email_verified"] = email, "true"
		return p.put(tx, u)
	})
}

// onlyEmail refuses to verify what cannot be: only addresses and telephone numbers
// can, and the local cloud sends no SMS.
func onlyEmail(attribute string) error {
	switch attribute {
	case "email":
		return nil
	case "phone_number":
		return wire.Unimplemented("the verification of telephone numbers")
	}
	return invalid("Invalid attribute name: %s", attribute)
}
