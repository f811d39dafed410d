package cognito

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"go.etcd.io/bbolt"

	"gatehouse/local/resource"
	"gatehouse/local/wire"
)

// userPoolGroupProperties are the properties of AWS::Cognito::UserPoolGroup.
type userPoolGroupProperties struct {
	UserPoolId  string
	GroupName   string
	Description string
	Precedence  *int
	RoleArn     string
}

type userPoolGroupHandler struct{ s *Service }

var (
	_ resource.Validator = userPoolGroupHandler{}
	_ resource.Recoverer = userPoolGroupHandler{}
)

func (s *Service) userPoolGroupType() resource.Type {
	return resource.Type{
		Name:       "AWS::Cognito::UserPoolGroup",
		Properties: fieldNames[userPoolGroupProperties](),
		CreateOnly: []string{"UserPoolId", "GroupName"},
		Attributes: []string{},
		Handler:    userPoolGroupHandler{s},
	}
}

func (h userPoolGroupHandler) Validate(p resource.Properties) error {
	var in userPoolGroupProperties
	if err := resource.Decode(p, &in); err != nil {
		return err
	}
	if in.GroupName != "" && resource.Resolved(in.GroupName) {
		if err := validate(constrain("'"+in.GroupName+"' at 'groupName'", in.GroupName, 1, 128, usernameChars)); err != nil {
			return err
		}
	}
	if in.Precedence != nil && *in.Precedence < 0 {
		return invalid("1 validation error detected: Value '%d' at 'precedence' failed to satisfy constraint: Member must have value greater than or equal to 0", *in.Precedence)
	}
	return validate(constrain("at 'description'", in.Description, 0, 2048, nil))
}

func (h userPoolGroupHandler) Create(_ context.Context, r resource.Request) (resource.Result, error) {
	if err := h.Validate(r.Properties); err != nil {
		return resource.Result{}, err
	}
	var in userPoolGroupProperties
	if err := resource.Decode(r.Properties, &in); err != nil {
		return resource.Result{}, err
	}
	name, err := h.s.resourceName(in.GroupName, r)
	if err != nil {
		return resource.Result{}, err
	}
	id, err := h.s.newUUID()
	if err != nil {
		return resource.Result{}, err
	}
	_, err = h.s.changePool(in.UserPoolId, func(_ *bbolt.Tx, p *pool) error {
		if _, taken := p.Groups[name]; taken {
			return wire.BadRequest("GroupExistsException", "A group with the name %s already exists.", name)
		}
		p.Groups[name] = group{ID: id, Name: name, Description: in.Description, RoleARN: in.RoleArn, Precedence: in.Precedence, Token: r.Token}
		return nil
	})
	return resource.Result{PhysicalID: name}, err
}

func (h userPoolGroupHandler) Update(_ context.Context, r resource.Request) (resource.Result, error) {
	if err := h.Validate(r.Properties); err != nil {
		return resource.Result{}, err
	}
	var in userPoolGroupProperties
	if err := resource.Decode(r.Properties, &in); err != nil {
		return resource.Result{}, err
	}
	_, err := h.s.changePool(in.UserPoolId, func(_ *bbolt.Tx, p *pool) error {
		g, found := p.Groups[r.PhysicalID]
		if !found {
			return errNoSuchGroup
		}
		g.Description, g.RoleARN, g.Precedence = in.Description, in.RoleArn, in.Precedence
		p.Groups[g.Name] = g
		return nil
	})
	return resource.Result{PhysicalID: r.PhysicalID}, err
}

func (h userPoolGroupHandler) Delete(_ context.Context, r resource.Request) error {
	return h.remove(r, func(g group) bool { return g.Name == r.PhysicalID })
}

// Recover removes the group that an attempt to create one left behind.
func (h userPoolGroupHandler) Recover(_ context.Context, r resource.Request) error {
	return h.remove(r, func(g group) bool { return g.Token == r.Token })
}

func (h userPoolGroupHandler) remove(r resource.Request, which func(group) bool) error {
	var in userPoolGroupProperties
	if err := resource.Decode(r.Properties, &in); err != nil {
		return err
	}
	if !h.s.hasPool(in.UserPoolId) {
		return nil // the group is gone with its pool
	}
	_, err := h.s.changePool(in.UserPoolId, func(_ *bbolt.Tx, p *pool) error {
		for name, g := range p.Groups {
			if which(g) {
				delete(p.Groups, name)
			}
		}
		return nil
	})
	return err
}

var errNoSuchGroup = wire.BadRequest("ResourceNotFoundException", "Group not found.")

// sortedGroups are those of groups whose ids are in members, the one with the
// lowest precedence first and those without one last.
func sortedGroups(groups map[string]group, members []string) (found []group) {
	for _, g := range groups {
		if slices.Contains(members, g.ID) {
			found = append(found, g)
		}
	}
	slices.SortFunc(found, func(a, b group) int {
		switch {
		case a.Precedence != nil && b.Precedence != nil && *a.Precedence != *b.Precedence:
			return cmp.Compare(*a.Precedence, *b.Precedence)
		case (a.Precedence == nil) != (b.Precedence == nil):
			if b.Precedence == nil {
				return -1
			}
			return 1
		}
		return strings.Compare(a.Name, b.Name)
	})
	return found
}

// roleClaims are the id token's claims on the IAM roles of groups: all of them,
// and that of the group which takes precedence unless two share its rank.
// Source: Cognito developer guide, "Adding groups to a user pool".
func roleClaims(sorted []group) map[string]any {
	var roles []string
	for _, g := range sorted {
		if g.RoleARN != "" && !slices.Contains(roles, g.RoleARN) {
			roles = append(roles, g.RoleARN)
		}
	}
	if len(roles) == 0 {
		return nil
	}
	claims := map[string]any{"cognito:roles": roles}
	best := sorted[0]
	tied := slices.ContainsFunc(sorted, func(g group) bool {
		return best.Precedence != nil && g.Precedence != nil && *g.Precedence == *best.Precedence && g.RoleARN != best.RoleARN
	})
	if best.Precedence != nil && best.RoleARN != "" && !tied {
		claims["cognito:preferred_role"] = best.RoleARN
	}
	return claims
}
