package cognito

import (
	"context"

	"go.etcd.io/bbolt"
)

// deleteUser is the DeleteUser operation. AWS answers it with an empty body.
func (s *Service) deleteUser(_ context.Context, in accessTokenInput) (out any, err error) {
	return nil, s.signedIn(in.AccessToken, func(tx *bbolt.Tx, who caller) error {
		return who.pool.remove(tx, who.user)
	})
}
