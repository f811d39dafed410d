package cognito

import (
	"context"

	"go.etcd.io/bbolt"
)

type forgotPasswordInput struct {
	ClientID        string `json:"ClientId"`
	SecretHash      string
	Username        string
	ClientMetadata  metadata
	UserContextData contextData
}

// forgotPassword is the ForgotPassword operation. A client that hides who exists
// is also not told who has no verified address.
func (s *Service) forgotPassword(_ context.Context, in forgotPasswordInput) (out codeDeliveryOutput, err error) {
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
	if p.Settings.AdminOnlyRecovery {
		return out, errAdminRecovery
	}
	var a account
	var code string
	err = s.transact(func(tx *bbolt.Tx) error {
		if a, err = s.account(tx, p, c, in.Username, errNoSuchCombination); err != nil {
			return err
		}
		if a.Attributes["email_verified"] != "true" {
			if !c.HideExistence {
				return errNoVerifiedEmail
			}
			a.simulated = true
		}
		if err := s.limit(tx, a.key(p), "ForgotPassword"); err != nil {
			return err
		}
		code, err = s.issueCode(tx, a.key(p), forPassword)
		return err
	})
	if err != nil {
		return out, err
	}
	out.CodeDeliveryDetails = deliveredTo(a.Attributes["email"])
	if !a.simulated {
		err = s.send(p, c, a.user, a.Attributes["email"], code, mailForgotPassword)
	}
	return out, err
}
