package cognito

import (
	"context"

	"go.etcd.io/bbolt"
)

type resendConfirmationCodeInput struct {
	ClientID        string `json:"ClientId"`
	SecretHash      string
	Username        string
	ClientMetadata  metadata
	UserContextData contextData
}

type codeDeliveryOutput struct {
	CodeDeliveryDetails *codeDelivery
}

// resendConfirmationCode is the ResendConfirmationCode operation. A client that
// hides who exists is told of a mail that nobody gets.
func (s *Service) resendConfirmationCode(_ context.Context, in resendConfirmationCodeInput) (out codeDeliveryOutput, err error) {
	if err := validate(validClientID(in.ClientID), validUsername(in.Username)); err != nil {
		return out, err
	}
	p, c, err := s.clientByID(in.ClientID)
	if err != nil {
		return out, err
	}
	if err := c.checkSecretHash(in.Username, in.SecretHash); err != nil {
		return out, err
	}
	if !p.Settings.AutoVerifyEmail {
		return out, errNoAutoVerify
	}
	if err := p.needsDomain(); err != nil {
		return out, err
	}
	var a account
	var code string
	err = s.transact(func(tx *bbolt.Tx) error {
		if a, err = s.account(tx, p, c, in.Username, errNoSuchCombination); err != nil {
			return err
		}
		if !a.simulated && a.Status == statusConfirmed {
			return errNothingToResend
		}
		if a.Attributes["email"] == "" {
			return errNoEmail
		}
		if err := s.limit(tx, a.key(p), "ResendConfirmationCode"); err != nil {
			return err
		}
		code, err = s.issueCode(tx, a.key(p), forSignUp)
		return err
	})
	if err != nil {
		return out, err
	}
	out.CodeDeliveryDetails = deliveredTo(a.Attributes["email"])
	if !a.simulated {
		err = s.send(p, c, a.user, a.Attributes["email"], code, mailResendCode)
	}
	return out, err
}
