package edge

import (
	"context"
	"fmt"
	"reflect"
	"regexp"
	"time"

	"go.etcd.io/bbolt"

	"gatehouse/local/resource"
	"gatehouse/local/store"
	"gatehouse/local/wire"
)

// policy is a policy of one kind as it is stored.
type policy[C any] struct {
	ID       string
	Token    string `json:",omitempty"` // resource.Request.Token
	Modified time.Time
	Config   C
}

// policyConfig is what the three kinds of policies have in common.
type policyConfig interface {
	policyName() string
	check() error
}

// policyHandler carries out a resource type that is a policy with the properties P,
// which hold the configuration C in a field of its own.
type policyHandler[P any, C policyConfig] struct {
	s      *Service
	table  store.Table[policy[C]]
	kind   string // ResponseHeadersPolicy: the start of AWS's error codes
	config func(P) C
	uses   func(b behavior) string // the id of such a policy that a behaviour names
}

var policyNamePattern = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,128}$`)

func (h policyHandler[P, C]) parse(p resource.Properties) (C, error) {
	var in P
	var none C
	if err := resource.Decode(p, &in); err != nil {
		return none, err
	}
	c := h.config(in)
	if !resource.Resolved(p) {
		return c, nil
	}
	if reflect.ValueOf(c).IsZero() || !policyNamePattern.MatchString(c.policyName()) {
		return c, wire.BadRequest("InvalidArgument", "The parameter Name of the policy is invalid: %q", c.policyName())
	}
	return c, c.check()
}

// Validate implements resource.Validator.
func (h policyHandler[P, C]) Validate(p resource.Properties) error {
	_, err := h.parse(p)
	return err
}

// Create implements resource.Handler.
func (h policyHandler[P, C]) Create(_ context.Context, r resource.Request) (resource.Result, error) {
	return h.save(policy[C]{ID: wire.RequestID(), Token: r.Token}, r.Properties)
}

// Update implements resource.Handler.
func (h policyHandler[P, C]) Update(_ context.Context, r resource.Request) (resource.Result, error) {
	return h.save(policy[C]{ID: r.PhysicalID, Token: r.Token}, r.Properties)
}

func (h policyHandler[P, C]) save(v policy[C], p resource.Properties) (_ resource.Result, err error) {
	if v.Config, err = h.parse(p); err != nil {
		return resource.Result{}, err
	}
	v.Modified = h.s.Now().UTC()
	err = h.s.change(func(tx *bbolt.Tx) error {
		if err := h.table.Each(tx, "", func(id string, other policy[C]) error {
			if id != v.ID && other.Config.policyName() == v.Config.policyName() {
				return conflict(nil, h.kind+"AlreadyExists", fmt.Sprintf("A policy with the name %s already exists.", v.Config.policyName()))
			}
			return nil
		}); err != nil {
			return err
		}
		return h.table.Put(tx, v.ID, v)
	})
	return resource.Result{PhysicalID: v.ID, Attributes: map[string]any{
		"Id": v.ID, "LastModifiedTime": v.Modified.Format(time.RFC3339),
	}}, err
}

// Delete implements resource.Handler.
func (h policyHandler[P, C]) Delete(_ context.Context, r resource.Request) error {
	return h.s.change(func(tx *bbolt.Tx) error {
		if err := refuseInUse(tx, h.kind+"InUse", "Cannot delete the policy because it is attached to one or more cache behaviors.",
			anyBehavior(func(b behavior) bool { return h.uses(b) == r.PhysicalID })); err != nil {
			return err
		}
		return h.table.Delete(tx, r.PhysicalID)
	})
}

// Recover implements resource.Recoverer.
func (h policyHandler[P, C]) Recover(_ context.Context, r resource.Request) error {
	return h.s.change(func(tx *bbolt.Tx) error {
		return deleteByToken(tx, h.table, r.Token, func(v policy[C]) string { return v.Token })
	})
}
