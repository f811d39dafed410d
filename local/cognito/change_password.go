package cognito

import (
	"context"

	"go.etcd.io/bbolt"

	"gatehouse/local/cognito/srp"
)

type changePasswordInput struct {
	AccessToken      string
	PreviousPassword string
	ProposedPassword string
}

// changePassword is the ChangePassword operation.
func (s *Service) changePassword(_ context.Context, in changePasswordInput) (out empty, err error) {
	if err := validate(validPassword("previousPassword", in.PreviousPassword), validPassword("proposedPassword", in.ProposedPassword)); err != nil {
		return out, err
	}
	var who caller
	if err := s.signedIn(in.AccessToken, func(tx *bbolt.Tx, c caller) error {
		who = c
		return s.limit(tx, c.key(), "ChangePassword")
	}); err != nil {
		return out, err
	}
	defer s.passwords.lock(who.key())()
	who, err = s.whoIs(in.AccessToken) // as it is now that nobody else changes the password
	if err != nil {
		return out, err
	}
	if err := s.DB.View(func(tx *bbolt.Tx) error { return s.locked(tx, who.key()) }); err != nil {
		return out, err
	}
	p := who.pool
	if !who.user.Password.Matches(p.name(), who.user.Username, in.PreviousPassword) {
		return out, s.transact(func(tx *bbolt.Tx) error {
			if err := s.failed(tx, who.key()); err != nil {
				return err
			}
			return errIncorrect
		})
	}
	if err := p.Settings.Password.check(in.ProposedPassword); err != nil {
		return out, err
	}
	if p.Settings.Password.used(p.name(), who.user, in.ProposedPassword) {
		return out, errPasswordUsed
	}
	password, err := srp.NewCredential(s.Rand, p.name(), who.user.Username, in.ProposedPassword)
	if err != nil {
		return out, err
	}
	return out, s.signedIn(in.AccessToken, func(tx *bbolt.Tx, who caller) error {
		who.user.replacePassword(password, p.Settings.Password.History)
		who.user.Modified = s.Now()
		return p.put(tx, who.user)
	})
}
