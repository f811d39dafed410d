package cognito

import (
	"context"

	"go.etcd.io/bbolt"
)

type accessTokenInput struct {
	AccessToken string
}

// globalSignOut is the GlobalSignOut operation: every session of the user is over.
func (s *Service) globalSignOut(_ context.Context, in accessTokenInput) (out empty, err error) {
	return out, s.signedIn(in.AccessToken, func(tx *bbolt.Tx, who caller) error {
		who.user.SignOuts++
		return who.pool.put(tx, who.user)
	})
}
