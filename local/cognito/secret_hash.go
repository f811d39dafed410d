package cognito

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"

	"gatehouse/local/wire"
)

// checkSecretHash verifies SECRET_HASH, which a client that has a secret sends with
// every request: base64(HMAC-SHA256(secret, username + client id)). username is
// the one in the same request.
func (c *client) checkSecretHash(username, hash string) error {
	if c.Secret == "" && hash == "" {
		return nil
	}
	if hash == "" {
		return wire.BadRequest("NotAuthorizedException", "Client %s is configured with secret but SECRET_HASH was not received", c.ID)
	}
	mac := hmac.New(sha256.New, []byte(c.Secret))
	mac.Write([]byte(username + c.ID))
	if c.Secret == "" || !hmac.Equal([]byte(base64.StdEncoding.EncodeToString(mac.Sum(nil))), []byte(hash)) {
		return wire.BadRequest("NotAuthorizedException", "Unable to verify secret hash for client %s", c.ID)
	}
	return nil
}

// checkSecret verifies the client's secret where it is sent itself.
func (c *client) checkSecret(secret string) error {
	if !hmac.Equal([]byte(c.Secret), []byte(secret)) {
		return wire.BadRequest("NotAuthorizedException", "Client %s is configured with secret but a wrong or no ClientSecret was received", c.ID)
	}
	return nil
}
