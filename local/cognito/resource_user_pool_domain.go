package cognito

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"go.etcd.io/bbolt"

	"gatehouse/local/resource"
	"gatehouse/local/wire"
)

// userPoolDomainProperties are the properties of AWS::Cognito::UserPoolDomain that
// the local cloud implements: a prefix domain, which verification links need.
type userPoolDomainProperties struct {
	UserPoolId          string
	Domain              string
	ManagedLoginVersion *int // of the sign-in pages: 1, the classic ones, which no client here can use
}

type userPoolDomainHandler struct{ s *Service }

var (
	_ resource.Validator = userPoolDomainHandler{}
	_ resource.Recoverer = userPoolDomainHandler{}
)

func (s *Service) userPoolDomainType() resource.Type {
	return resource.Type{
		Name:       "AWS::Cognito::UserPoolDomain",
		Properties: fieldNames[userPoolDomainProperties](),
		CreateOnly: []string{"UserPoolId", "Domain"},
		Attributes: []string{},
		Handler:    userPoolDomainHandler{s},
	}
}

var domainPrefix = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?$`)

func (h userPoolDomainHandler) Validate(p resource.Properties) error {
	var in userPoolDomainProperties
	if err := resource.Decode(p, &in); err != nil {
		return err
	}
	if v := in.ManagedLoginVersion; v != nil && *v != 1 {
		return wire.Unimplemented(fmt.Sprintf("ManagedLoginVersion %d", *v))
	}
	if !resource.Resolved(in.Domain) {
		return nil
	}
	if err := validate(constrain("'"+in.Domain+"' at 'domain'", in.Domain, 1, 63, domainPrefix)); err != nil {
		return err
	}
	for _, word := range []string{"aws", "amazon", "cognito"} {
		if strings.Contains(in.Domain, word) {
			return invalid("Domain cannot contain reserved word: %s", word)
		}
	}
	return nil
}

func (h userPoolDomainHandler) Create(_ context.Context, r resource.Request) (resource.Result, error) {
	if err := h.Validate(r.Properties); err != nil {
		return resource.Result{}, err
	}
	var in userPoolDomainProperties
	if err := resource.Decode(r.Properties, &in); err != nil {
		return resource.Result{}, err
	}
	_, err := h.s.changePool(in.UserPoolId, func(tx *bbolt.Tx, p *pool) error {
		if p.Domain != "" {
			return invalid("User pool already has a domain configured.")
		}
		if _, taken, err := domainTable.Get(tx, in.Domain); err != nil || taken {
			if taken {
				return invalid("Domain already associated with another user pool.")
			}
			return err
		}
		p.Domain = in.Domain
		return domainTable.Put(tx, in.Domain, domain{PoolID: p.ID, Token: r.Token})
	})
	return resource.Result{PhysicalID: in.Domain}, err
}

// Update has nothing to do: the one property that can change has one value.
func (h userPoolDomainHandler) Update(_ context.Context, r resource.Request) (resource.Result, error) {
	return resource.Result{PhysicalID: r.PhysicalID}, nil
}

func (h userPoolDomainHandler) Delete(_ context.Context, r resource.Request) error {
	return h.remove(r, func(domain) bool { return true })
}

// Recover removes the domain that an attempt to create one left behind.
func (h userPoolDomainHandler) Recover(_ context.Context, r resource.Request) error {
	return h.remove(r, func(d domain) bool { return d.Token == r.Token })
}

func (h userPoolDomainHandler) remove(r resource.Request, which func(domain) bool) error {
	var in userPoolDomainProperties
	if err := resource.Decode(r.Properties, &in); err != nil {
		return err
	}
	if !h.s.hasPool(in.UserPoolId) {
		return nil // a pool is never deleted before its domain
	}
	_, err := h.s.changePool(in.UserPoolId, func(tx *bbolt.Tx, p *pool) error {
		d, found, err := domainTable.Get(tx, in.Domain)
		if err != nil || !found || d.PoolID != p.ID || !which(d) {
			return err
		}
		p.Domain = ""
		return domainTable.Delete(tx, in.Domain)
	})
	return err
}
