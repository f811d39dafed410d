package cognito

import (
	"context"

	"go.etcd.io/bbolt"
)

type updateUserAttributesInput struct {
	AccessToken    string
	UserAttributes []attributeType
	ClientMetadata metadata
}

type updateUserAttributesOutput struct {
	CodeDeliveryDetailsList []codeDelivery `json:",omitempty"`
}

// updateUserAttributes is the UpdateUserAttributes operation. In a pool that
// verifies addresses a new one gets a code. In one that keeps the original, the old
// address stays until then; in any other it is gone at once, and the new one does
// not sign in before it is verified.
func (s *Service) updateUserAttributes(_ context.Context, in updateUserAttributesInput) (out updateUserAttributesOutput, err error) {
	if err := validate(validAttributes(in.UserAttributes)); err != nil {
		return out, err
	}
	var who caller
	var newEmail, code string
	err = s.signedIn(in.AccessToken, func(tx *bbolt.Tx, c caller) error {
		who = c
		p, u := who.pool, who.user
		before := u.Attributes
		after, err := p.accept(who.client, before, in.UserAttributes)
		if err != nil {
			return err
		}
		u.Attributes, u.Modified = after, s.Now()
		if after["email"] != before["email"] {
			if newEmail, err = p.changeEmail(tx, &u, before["email"]); err != nil {
				return err
			}
		}
		if newEmail != "" && p.Settings.AutoVerifyEmail {
			if code, err = s.issueCode(tx, who.key(), forEmail); err != nil {
				return err
			}
		}
		return p.put(tx, u)
	})
	if err != nil || code == "" {
		return out, err
	}
	out.CodeDeliveryDetailsList = []codeDelivery{*deliveredTo(newEmail)}
	return out, s.send(who.pool, who.client, who.user, newEmail, code, mailUpdateAttribute)
}

// changeEmail carries out the change of u's address from before to the one in its
// attributes, which it returns.
func (p *pool) changeEmail(tx *bbolt.Tx, u *user, before string) (email string, err error) {
	email = u.Attributes["email"]
	if p.Settings.EmailUsernames && email != "" {
		if err := p.freeFor(tx, email, *u); err != nil {
			return "", err
		}
	}
	if p.Settings.KeepEmail && email != "" {
		u.PendingEmail, u.Attributes["email"] = email, before
		return email, nil
	}
	u.PendingEmail = ""
	if email == "" {
		delete(u.Attributes, "email_verified")
	} else {
		u.Attributes["email_verified"] = "false"
	}
	if p.Settings.EmailUsernames {
		err = p.release(tx, before, *u)
	}
	return email, err
}

// freeFor refuses an address that somebody else signs in with.
func (p *pool) freeFor(tx *bbolt.Tx, email string, u user) error {
	other, taken, err := p.find(tx, email)
	if err == nil && taken && other.Sub != u.Sub {
		return errAliasExists
	}
	return err
}
