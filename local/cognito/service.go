// Package cognito is the part of Amazon Cognito user pools that Gatehouse's stacks
// and its site use, as a service of the local cloud.
//
// It aims to be believed. What it does, it does as Cognito does: the same
// operations, error names and texts, code lifetimes and attempt limits; SRP
// verified for real, with only salt and verifier stored; RS256 tokens that verify
// against the pool's JSON Web Key Set. A pool and its clients behave as their
// template declares them. What it does not do, it refuses with
// [wire.Unimplemented]: operations, members of requests, properties of templates.
// It never guesses and never ignores an input that AWS would act on.
//
// Each known difference is a line in DIFFERENCES.md and, where it can be tested, a
// test whose name starts with TestDiffers.
//
// # State
//
// Everything is in the database that [New] is given; pools and clients, which are
// few, are also kept in memory. Users are not: memory does not grow with them.
// Whatever expires (codes, counters, sessions, used challenges) is removed in
// passing, a few entries with each write.
//
// # Attempts
//
// Guesses are counted where they cannot be raced: codes in the transaction that
// compares them, passwords under a lock of the account they are for. Of a thousand
// guesses made at once, as many are looked at as of a thousand made in turn.
package cognito

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	"go.etcd.io/bbolt"

	"gatehouse/local/mail"
	"gatehouse/local/resource"
	"gatehouse/local/wire"
)

// Config is what a [Service] is made of. Every field is required.
type Config struct {
	DB      *bbolt.DB
	Account string // 12 digits
	Region  string
	Now     func() time.Time
	Rand    io.Reader // cryptographically secure and safe for concurrent use
	Mail    mail.Sender
	// Endpoint returns the base URL of the AWS endpoint, without a trailing slash.
	// It is asked for when a verification link or a jwks_uri is written.
	Endpoint func() string
}

// Service is Cognito in one account and Region.
type Service struct {
	Config
	api wire.JSONService

	// changing serialises changes of pools and clients, so that what is in memory
	// is what was committed last.
	changing sync.Mutex
	mu       sync.RWMutex       // guards the maps, not what they point to: that is never changed, only replaced
	pools    map[string]*pool   // by id
	clients  map[string]*client // by id
	keys     map[string]*pool   // by the id of the key that signs its access tokens

	passwords accountLocks
}

// New returns the Cognito whose state is in c.DB.
func New(c Config) (*Service, error) {
	s := &Service{Config: c, pools: map[string]*pool{}, clients: map[string]*client{}, keys: map[string]*pool{}}
	s.api = wire.JSONService{Target: target, Actions: s.actions()}
	if err := s.load(); err != nil {
		return nil, fmt.Errorf("reading the user pools: %w", err)
	}
	return s, nil
}

// target is the service's name in X-Amz-Target.
const target = "AWSCognitoIdentityProviderService"

// wellKnown matches the documents that every pool publishes below its issuer.
var wellKnown = regexp.MustCompile(`^/([\w-]+_[0-9a-zA-Z]+)/\.well-known/(jwks\.json|openid-configuration)$`)

const confirmPath = "/confirmUser"

// Handles tells whether r is for Cognito: an operation by its X-Amz-Target or its
// signature's service, a browser's preflight for one, a pool's published document
// or a verification link.
func (s *Service) Handles(r *http.Request) bool {
	switch r.Method {
	case http.MethodPost:
		return strings.HasPrefix(r.Header.Get("X-Amz-Target"), target+".")
	case http.MethodOptions:
		return strings.Contains(strings.ToLower(r.Header.Get("Access-Control-Request-Headers")), "x-amz-target") ||
			wellKnown.MatchString(r.URL.Path)
	case http.MethodGet, http.MethodHead:
		return r.URL.Path == confirmPath || wellKnown.MatchString(r.URL.Path)
	}
	return false
}

func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	allowOrigins(w, r)
	switch {
	case r.Method == http.MethodOptions:
		w.WriteHeader(http.StatusOK)
	case r.Method == http.MethodPost:
		if needsSignature(r) && !strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 ") {
			wire.WriteJSONError(w, wire.BadRequest("MissingAuthenticationTokenException", "Missing Authentication Token"))
			return
		}
		s.api.ServeHTTP(w, r)
	case r.URL.Path == confirmPath:
		s.confirmUser(w, r)
	default:
		s.published(w, r)
	}
}

// allowOrigins lets pages of any origin call, as Cognito does.
func allowOrigins(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Expose-Headers", "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date")
	if r.Method == http.MethodOptions {
		h.Set("Access-Control-Allow-Methods", "POST, GET, HEAD")
		h.Set("Access-Control-Allow-Headers", r.Header.Get("Access-Control-Request-Headers"))
		h.Set("Access-Control-Max-Age", "172800")
	}
}

// needsSignature tells whether AWS wants the operation signed with IAM
// credentials: all but those that a page may call.
func needsSignature(r *http.Request) bool {
	operation := strings.TrimPrefix(r.Header.Get("X-Amz-Target"), target+".")
	return strings.HasPrefix(operation, "Admin") || strings.HasPrefix(operation, "List") || strings.HasPrefix(operation, "Describe")
}

func (s *Service) actions() map[string]wire.Action {
	return map[string]wire.Action{
		"SignUp":                           wire.JSON(s.signUp),
		"ConfirmSignUp":                    wire.JSON(s.confirmSignUp),
		"ResendConfirmationCode":           wire.JSON(s.resendConfirmationCode),
		"InitiateAuth":                     wire.JSON(s.initiateAuth),
		"RespondToAuthChallenge":           wire.JSON(s.respondToAuthChallenge),
		"GetTokensFromRefreshToken":        wire.JSON(s.getTokensFromRefreshToken),
		"RevokeToken":                      wire.JSON(s.revokeToken),
		"GlobalSignOut":                    wire.JSON(s.globalSignOut),
		"GetUser":                          wire.JSON(s.getUser),
		"UpdateUserAttributes":             wire.JSON(s.updateUserAttributes),
		"GetUserAttributeVerificationCode": wire.JSON(s.getUserAttributeVerificationCode),
		"VerifyUserAttribute":              wire.JSON(s.verifyUserAttribute),
		"ChangePassword":                   wire.JSON(s.changePassword),
		"ForgotPassword":                   wire.JSON(s.forgotPassword),
		"ConfirmForgotPassword":            wire.JSON(s.confirmForgotPassword),
		"DeleteUser":                       wire.JSON(s.deleteUser),
		"AdminConfirmSignUp":               wire.JSON(s.adminConfirmSignUp),
		"AdminGetUser":                     wire.JSON(s.adminGetUser),
		"AdminAddUserToGroup":              wire.JSON(s.adminAddUserToGroup),
		"AdminRemoveUserFromGroup":         wire.JSON(s.adminRemoveUserFromGroup),
		"AdminDeleteUser":                  wire.JSON(s.adminDeleteUser),
		"ListUsers":                        wire.JSON(s.listUsers),
	}
}

// Resources are the resource types that templates declare user pools with.
func (s *Service) Resources() []resource.Type {
	return []resource.Type{s.userPoolType(), s.userPoolClientType(), s.userPoolGroupType(), s.userPoolDomainType()}
}

// empty is the answer {}. Amplify cannot read an empty body.
type empty struct{}

// transact runs work in a writing transaction. A refusal (a [wire.Error]) is a
// result like any other: what work wrote until then, the count of the attempt, is
// kept. Any other error undoes it.
func (s *Service) transact(work func(tx *bbolt.Tx) error) error {
	var refusal error
	err := s.DB.Update(func(tx *bbolt.Tx) error {
		err := work(tx)
		if _, ok := errors.AsType[*wire.Error](err); ok {
			refusal = err
			return nil
		}
		return err
	})
	if err != nil {
		return err
	}
	return refusal
}
