package cognito

import (
	"context"
	"errors"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"gatehouse/local/wire"
)

// The operations of this file are for who operates the pool: AWS wants them
// signed. They take a user name and never hide who exists.

type adminUserInput struct {
	UserPoolID string `json:"UserPoolId"`
	Username   string
}

func (in adminUserInput) validate() error {
	return validate(validPoolID(in.UserPoolID), validUsername(in.Username))
}

// administer runs work for a user in a writing transaction.
func (s *Service) administer(in adminUserInput, work func(tx *bbolt.Tx, p *pool, u user) error) error {
	if err := in.validate(); err != nil {
		return err
	}
	p, err := s.poolByID(in.UserPoolID)
	if err != nil {
		return err
	}
	return s.transact(func(tx *bbolt.Tx) error {
		u, found, err := p.find(tx, in.Username)
		if err != nil {
			return err
		}
		if !found {
			return errNoSuchUser
		}
		return work(tx, p, u)
	})
}

type adminConfirmSignUpInput struct {
	UserPoolID     string `json:"UserPoolId"`
	Username       string
	ClientMetadata metadata
}

// adminConfirmSignUp is the AdminConfirmSignUp operation. It confirms the account
// and verifies nothing.
func (s *Service) adminConfirmSignUp(_ context.Context, in adminConfirmSignUpInput) (out empty, err error) {
	return out, s.administer(adminUserInput{in.UserPoolID, in.Username}, func(tx *bbolt.Tx, p *pool, u user) error {
		if u.Status == statusConfirmed {
			return errAlreadyConfirmed
		}
		u.Status, u.Modified = statusConfirmed, s.Now()
		return p.put(tx, u)
	})
}

// epoch is a time on the wire: seconds since 1970, with milliseconds.
type epoch float64

func epochOf(t time.Time) epoch { return epoch(t.UnixMilli()) / 1000 }

// userType is a user as operators see it.
type userType struct {
	Username             string
	Attributes           []attributeType
	UserCreateDate       epoch
	UserLastModifiedDate epoch
	Enabled              bool
	UserStatus           string
}

// allAttributes is what a client without ReadAttributes reads.
var allAttributes = &client{}

func describe(u user) userType {
	return userType{
		Username: u.Username, Attributes: allAttributes.readable(u), Enabled: true, UserStatus: u.Status,
		UserCreateDate: epochOf(u.Created), UserLastModifiedDate: epochOf(u.Modified),
	}
}

type adminGetUserOutput struct {
	Username             string
	UserAttributes       []attributeType
	UserCreateDate       epoch
	UserLastModifiedDate epoch
	Enabled              bool
	UserStatus           string
}

// adminGetUser is the AdminGetUser operation.
func (s *Service) adminGetUser(_ context.Context, in adminUserInput) (out adminGetUserOutput, err error) {
	err = s.administer(in, func(_ *bbolt.Tx, _ *pool, u user) error {
		d := describe(u)
		out = adminGetUserOutput{d.Username, d.Attributes, d.UserCreateDate, d.UserLastModifiedDate, d.Enabled, d.UserStatus}
		return nil
	})
	return out, err
}

// adminDeleteUser is the AdminDeleteUser operation. AWS answers it with an empty body.
func (s *Service) adminDeleteUser(_ context.Context, in adminUserInput) (out any, err error) {
	return nil, s.administer(in, func(tx *bbolt.Tx, p *pool, u user) error { return p.remove(tx, u) })
}

type adminGroupInput struct {
	UserPoolID string `json:"UserPoolId"`
	Username   string
	GroupName  string
}

// mostGroups is how many groups a user can be in. Source: Cognito quotas.
const mostGroups = 100

// adminAddUserToGroup is the AdminAddUserToGroup operation. AWS answers it with an
// empty body.
func (s *Service) adminAddUserToGroup(_ context.Context, in adminGroupInput) (out any, err error) {
	return nil, s.administer(adminUserInput{in.UserPoolID, in.Username}, func(tx *bbolt.Tx, p *pool, u user) error {
		g, found := p.Groups[in.GroupName]
		if !found {
			return errNoSuchGroup
		}
		if slices.Contains(u.Groups, g.ID) {
			return nil
		}
		// Groups that were deleted leave their id behind; now is the time to drop it.
		groups := append(p.groupsOf(u), g)
		if len(groups) > mostGroups {
			return wire.BadRequest("LimitExceededException", "A user can be in at most %d groups.", mostGroups)
		}
		u.Groups = nil
		for _, g := range groups {
			u.Groups = append(u.Groups, g.ID)
		}
		return p.put(tx, u)
	})
}

// adminRemoveUserFromGroup is the AdminRemoveUserFromGroup operation. AWS answers
// it with an empty body.
func (s *Service) adminRemoveUserFromGroup(_ context.Context, in adminGroupInput) (out any, err error) {
	return nil, s.administer(adminUserInput{in.UserPoolID, in.Username}, func(tx *bbolt.Tx, p *pool, u user) error {
		g, found := p.Groups[in.GroupName]
		if !found {
			return errNoSuchGroup
		}
		u.Groups = slices.DeleteFunc(u.Groups, func(id string) bool { return id == g.ID })
		return p.put(tx, u)
	})
}

type listUsersInput struct {
	UserPoolID      string `json:"UserPoolId"`
	Limit           *int
	PaginationToken string
}

type listUsersOutput struct {
	Users           []userType
	PaginationToken string `json:",omitempty"`
}

// mostListed is how many users ListUsers returns at once. Source: API reference.
const mostListed = 60

// listUsers is the ListUsers operation without Filter and AttributesToGet.
func (s *Service) listUsers(_ context.Context, in listUsersInput) (out listUsersOutput, err error) {
	limit := mostListed
	if in.Limit != nil {
		limit = *in.Limit
		if limit < 1 || limit > mostListed {
			return out, invalid("1 validation error detected: Value '%d' at 'limit' failed to satisfy constraint: Member must have value between 1 and 60", limit)
		}
	}
	if err := validate(validPoolID(in.UserPoolID)); err != nil {
		return out, err
	}
	p, err := s.poolByID(in.UserPoolID)
	if err != nil {
		return out, err
	}
	out.Users = []userType{}
	err = s.DB.View(func(tx *bbolt.Tx) error {
		return userTable.EachFrom(tx, p.ID+"/", p.ID+"/"+in.PaginationToken, func(_ string, u user) error {
			if u.Sub == in.PaginationToken {
				return nil
			}
			if len(out.Users) == limit {
				out.PaginationToken = out.Users[limit-1].Attributes[0].Value
				return errEnough
			}
			out.Users = append(out.Users, describe(u))
			return nil
		})
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return out, err
}
