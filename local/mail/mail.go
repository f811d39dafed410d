// Package mail is the mailbox of the local cloud: every message that AWS would
// have sent, as a page for people and as JSON for tests.
package mail

import "time"

// Message is one e-mail, rendered as the recipient would see it.
type Message struct {
	ID      string    `json:"id"`
	Sent    time.Time `json:"sent"`
	From    string    `json:"from"`
	To      string    `json:"to"`
	Subject string    `json:"subject"`
	Body    string    `json:"body"`           // HTML, as Cognito sends it
	Code    string    `json:"code,omitempty"` // the code in the message, if it has one
	Link    string    `json:"link,omitempty"` // the link in the message, if it has one
	Trigger string    `json:"trigger"`        // what it was sent for: SignUp, ResendCode, ForgotPassword, UpdateUserAttribute
}

// Sender takes messages for delivery. ID and Sent are its to fill.
type Sender interface {
	Send(m Message) error
}
