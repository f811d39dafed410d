// Package mail is the mailbox of the local cloud: every message that AWS would
// have sent, as a page for people and as JSON for tests. Nothing leaves the
// machine. It keeps the latest [Capacity] messages.
//
// # The page
//
//	GET /        all messages, newest first; new ones appear by themselves
//
// # The API
//
//	GET    /messages           {"messages": [Message, …]}, newest first
//	GET    /messages/latest    the newest Message
//	GET    /messages/{id}      that Message
//	GET    /messages/{id}/body its body alone, as an HTML document without rights
//	DELETE /messages           deletes every message: 204
//	GET    /events             server-sent events, for the page
//
// The first two take filters, which all must match:
//
//	to=ann@example.com  sent to that address, in any case
//	trigger=SignUp      sent for that reason, see [Message]
//	after=ID            sent after the message with that id, deleted or not
//
// and /messages/latest takes wait=5s (up to [MaxWait]): if no message matches, the
// answer is held until one is sent. A test that signs somebody up and then asks
// for /messages/latest?to=…&wait=5s needs no sleep.
//
// A mistake is answered with JSON: {"error": "want …; got …", "parameter": "wait"},
// where parameter is there if one is at fault. 400 is a wrong parameter (one that
// is misspelt too), 403 a request from another site's page, 404 no such message.
//
// Message bodies are other people's HTML. The page shows them in a frame without
// rights: no scripts, no forms, nothing loaded from the network.
package mail

import "time"

// Capacity is the number of messages that are kept. The oldest goes first.
const Capacity = 1000

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
