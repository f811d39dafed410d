package edge

import (
	"context"
	"slices"

	"go.etcd.io/bbolt"

	"gatehouse/local/resource"
	"gatehouse/local/store"
	"gatehouse/local/wire"
)

// accessControl is an origin access control as it is stored.
type accessControl struct {
	ID     string
	Token  string `json:",omitempty"` // resource.Request.Token
	Config accessControlConfig
}

type accessControlConfig struct {
	Name, Description             string
	OriginAccessControlOriginType string
	SigningBehavior               string
	SigningProtocol               string
}

// accessControls holds every origin access control under its id.
var accessControls = store.NewTable[accessControl]("edge/origin-access-controls")

type accessControlHandler struct{ s *Service }

func parseAccessControl(p resource.Properties) (accessControlConfig, error) {
	var in struct{ OriginAccessControlConfig accessControlConfig }
	if err := resource.Decode(p, &in); err != nil {
		return accessControlConfig{}, err
	}
	c := in.OriginAccessControlConfig
	if !resource.Resolved(p) {
		return c, nil
	}
	switch {
	case c.Name == "":
		return c, wire.BadRequest("InvalidArgument", "The parameter Name is required.")
	case len(c.Name) > 64:
		return c, wire.BadRequest("InvalidArgument", "The parameter Name is too long: CloudFront takes 64 characters.")
	case c.OriginAccessControlOriginType != "s3":
		return c, wire.Unimplemented("origin access controls for " + c.OriginAccessControlOriginType)
	case c.SigningProtocol != "sigv4":
		return c, wire.BadRequest("InvalidArgument", "The parameter SigningProtocol is invalid: %s", c.SigningProtocol)
	case c.SigningBehavior == "no-override":
		return c, wire.Unimplemented("the signing behavior no-override")
	case c.SigningBehavior != "always" && c.SigningBehavior != "never":
		return c, wire.BadRequest("InvalidArgument", "The parameter SigningBehavior is invalid: %s", c.SigningBehavior)
	}
	return c, nil
}

// Validate implements resource.Validator.
func (h accessControlHandler) Validate(p resource.Properties) error {
	_, err := parseAccessControl(p)
	return err
}

// Create implements resource.Handler.
func (h accessControlHandler) Create(_ context.Context, r resource.Request) (resource.Result, error) {
	return h.save(accessControl{ID: newID(), Token: r.Token}, r.Properties)
}

// Update implements resource.Handler.
func (h accessControlHandler) Update(_ context.Context, r resource.Request) (resource.Result, error) {
	return h.save(accessControl{ID: r.PhysicalID, Token: r.Token}, r.Properties)
}

func (h accessControlHandler) save(a accessControl, p resource.Properties) (_ resource.Result, err error) {
	if a.Config, err = parseAccessControl(p); err != nil {
		return resource.Result{}, err
	}
	err = h.s.change(func(tx *bbolt.Tx) error {
		if err := accessControls.Each(tx, "", func(id string, other accessControl) error {
			if id != a.ID && other.Config.Name == a.Config.Name {
				return wire.BadRequest("OriginAccessControlAlreadyExists", "An origin access control with the same name already exists.")
			}
			return nil
		}); err != nil {
			return err
		}
		return accessControls.Put(tx, a.ID, a)
	})
	return resource.Result{PhysicalID: a.ID, Attributes: map[string]any{"Id": a.ID}}, err
}

// Delete implements resource.Handler.
func (h accessControlHandler) Delete(_ context.Context, r resource.Request) error {
	return h.s.change(func(tx *bbolt.Tx) error {
		if err := refuseInUse(tx, "OriginAccessControlInUse",
			"Cannot delete the origin access control because it's in use by one or more distributions.",
			func(c distributionConfig) bool {
				return slices.ContainsFunc(c.Origins, func(o origin) bool { return o.OriginAccessControlId == r.PhysicalID })
			}); err != nil {
			return err
		}
		return accessControls.Delete(tx, r.PhysicalID)
	})
}

// Recover implements resource.Recoverer.
func (h accessControlHandler) Recover(_ context.Context, r resource.Request) error {
	return h.s.change(func(tx *bbolt.Tx) error {
		return deleteByToken(tx, accessControls, r.Token, func(a accessControl) string { return a.Token })
	})
}

// deleteByToken removes the entries of a table that the attempt with token made.
func deleteByToken[V any](tx *bbolt.Tx, table store.Table[V], token string, tokenOf func(V) string) error {
	var made []string
	if err := table.Each(tx, "", func(key string, value V) error {
		if token != "" && tokenOf(value) == token {
			made = append(made, key)
		}
		return nil
	}); err != nil {
		return err
	}
	for _, key := range made {
		if err := table.Delete(tx, key); err != nil {
			return err
		}
	}
	return nil
}
