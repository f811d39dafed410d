package cognito

import (
	"context"
	"errors"
	"fmt"
	"html"
	"net/http"

	"go.etcd.io/bbolt"

	"gatehouse/local/wire"
)

type confirmSignUpInput struct {
	ClientID           string `json:"ClientId"`
	SecretHash         string
	Username           string
	ConfirmationCode   string
	ForceAliasCreation bool // for aliases, which a pool here cannot have
	ClientMetadata     metadata
	UserContextData    contextData
}

// confirmSignUp is the ConfirmSignUp operation.
func (s *Service) confirmSignUp(_ context.Context, in confirmSignUpInput) (out empty, err error) {
	if err := validate(validClientID(in.ClientID), validUsername(in.Username), validCode("confirmationCode", in.ConfirmationCode)); err != nil {
		return out, err
	}
	p, c, err := s.clientByID(in.ClientID)
	if err != nil {
		return out, err
	}
	if err := c.checkSecretHash(in.Username, in.SecretHash); err != nil {
		return out, err
	}
	return out, s.confirm(p, c, in.Username, in.ConfirmationCode)
}

// confirm confirms the account that name signs in to, whose address the code was
// mailed to. For a client that hides who exists, a stranger's code has expired.
func (s *Service) confirm(p *pool, c *client, name, code string) error {
	return s.transact(func(tx *bbolt.Tx) error {
		a, err := s.account(tx, p, c, name, errNoSuchCombination)
		if err != nil {
			return err
		}
		if !a.simulated && a.Status == statusConfirmed {
			return errAlreadyConfirmed
		}
		if err := s.limit(tx, a.key(p), "ConfirmSignUp"); err != nil {
			return err
		}
		if err := s.checkCode(tx, a.key(p), forSignUp, code); err != nil {
			return err
		}
		if a.simulated {
			return errCodeMismatch // a code was never sent, so this is a guess
		}
		if err := s.useCode(tx, a.key(p), forSignUp); err != nil {
			return err
		}
		u := a.user
		u.Status, u.Modified = statusConfirmed, s.Now()
		u.Attributes["email_verified"] = "true"
		return p.put(tx, u)
	})
}

// confirmUser answers the link of a verification message.
func (s *Service) confirmUser(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	p, c, err := s.clientByID(q.Get("client_id"))
	if err == nil && !p.Settings.Messages.ByLink {
		err = wire.Unimplemented("verification links of a pool that sends codes")
	}
	if err == nil && r.Method == http.MethodGet { // a HEAD request must not change anything
		err = s.confirm(p, c, q.Get("user_name"), q.Get("confirmation_code"))
	}
	status, text := http.StatusOK, "Your registration has been confirmed!"
	if err != nil {
		status, text = http.StatusBadRequest, "An error was encountered with the requested page."
		if e, ok := errors.AsType[*wire.Error](err); ok {
			text = e.Message
		}
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, confirmPage, html.EscapeString(text)) // a client that went away needs no answer
}

const confirmPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Confirm your registration</title>
<style>
:root { color-scheme: light dark; font-family: system-ui, sans-serif }
p { margin: 20vh auto 0; max-width: 30rem; padding: 0 1rem; font-size: 1.25rem; text-align: center }
</style>
<p>%s</p>
</html>
`
