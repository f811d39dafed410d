package cognito

import (
	"fmt"
	"html"
	"net/url"
	"regexp"
	"strings"

	"gatehouse/local/mail"
	"gatehouse/local/wire"
)

// messages are a pool's e-mails. Empty texts stand for Cognito's own.
type messages struct {
	From                  string
	ByLink                bool   // sign-up is verified with a link instead of a code
	Subject, Body         string // with {####}, where the code goes
	LinkSubject, LinkBody string // with {##text##}, which becomes the link
}

const defaultFrom = "no-reply@verificationemail.com"

// linkText matches {##Verify your address##}.
var linkText = regexp.MustCompile(`(?s)\{##(.*?)##\}`)

// Triggers of messages, as [mail.Message] names them.
const (
	mailSignUp          = "SignUp"
	mailResendCode      = "ResendCode"
	mailForgotPassword  = "ForgotPassword"
	mailUpdateAttribute = "UpdateUserAttribute"
)

// needsDomain refuses what would send a link that no domain serves.
func (p *pool) needsDomain() error {
	if p.Settings.Messages.ByLink && p.Domain == "" {
		return errNoDomain
	}
	return nil
}

// send mails code to u. Only sign-up is verified with a link: a link cannot carry
// a new password, and an attribute is verified by the signed-in user.
func (s *Service) send(p *pool, c *client, u user, to, code, trigger string) error {
	m := p.Settings.Messages
	message := mail.Message{From: m.From, To: to, Trigger: trigger}
	if message.From == "" {
		message.From = defaultFrom
	}
	if m.ByLink && (trigger == mailSignUp || trigger == mailResendCode) {
		message.Link = s.Endpoint() + confirmPath + "?" + url.Values{
			"client_id": {c.ID}, "user_name": {u.Username}, "confirmation_code": {code},
		}.Encode()
		message.Subject = or(m.LinkSubject, "Your verification link")
		message.Body = linkText.ReplaceAllStringFunc(or(m.LinkBody, "Please click the link below to verify your email address. {##Verify Email##}"), func(found string) string {
			return fmt.Sprintf(`<a href="%s">%s</a>`, html.EscapeString(message.Link), linkText.FindStringSubmatch(found)[1])
		})
	} else {
		message.Code = code
		subject, body := "Your verification code", "Your confirmation code is {####}"
		if trigger == mailForgotPassword {
			subject, body = "Your password reset code", "Your password reset code is {####}"
		}
		message.Subject = or(m.Subject, subject)
		message.Body = strings.ReplaceAll(or(m.Body, body), "{####}", code)
	}
	if err := s.Mail.Send(message); err != nil {
		return wire.BadRequest("CodeDeliveryFailureException", "Unable to deliver the message: %v", err)
	}
	return nil
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// codeDelivery tells a client where a code went.
type codeDelivery struct {
	AttributeName  string
	DeliveryMedium string
	Destination    string
}

// deliveredTo masks an address: f***@e***.
func deliveredTo(email string) *codeDelivery {
	local, host, _ := strings.Cut(email, "@")
	return &codeDelivery{"email", "EMAIL", first(local) + "***@" + first(host) + "***"}
}

func first(s string) string {
	for _, r := range s {
		return string(r)
	}
	return ""
}
