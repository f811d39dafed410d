package cognito

import (
	"context"
	"maps"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"gatehouse/local/resource"
	"gatehouse/local/wire"
)

// userPoolClientProperties are the properties of AWS::Cognito::UserPoolClient that
// the local cloud implements. OAuth is not among them.
type userPoolClientProperties struct {
	UserPoolId                                                 string
	ClientName                                                 string
	GenerateSecret                                             bool
	ExplicitAuthFlows                                          []string
	PreventUserExistenceErrors                                 string
	EnableTokenRevocation                                      *bool
	AccessTokenValidity, IdTokenValidity, RefreshTokenValidity *int
	TokenValidityUnits                                         *struct{ AccessToken, IdToken, RefreshToken string }
	AuthSessionValidity                                        *int
	RefreshTokenRotation                                       *struct {
		Feature                 string
		RetryGracePeriodSeconds int
	}
	ReadAttributes, WriteAttributes          []string
	SupportedIdentityProviders               []string
	AllowedOAuthFlowsUserPoolClient          bool
	EnablePropagateAdditionalUserContextData bool
}

// client is an app client: how an application may talk to a pool.
type client struct {
	ID, PoolID, Name  string
	Secret            string // "" for a public client
	Created, Modified time.Time
	Token             string // the attempt that created it, see resource.Request
	clientSettings
}

// clientSettings is what can be updated.
type clientSettings struct {
	SRP, Password, Refresh          bool // the flows that are on
	AccessLife, IDLife, RefreshLife time.Duration
	ChallengeLife                   time.Duration // of what InitiateAuth answers
	HideExistence                   bool
	Revocation                      bool
	Rotation                        bool
	Grace                           time.Duration // a rotated refresh token is still good for
	Read, Write                     []string      // attributes; nil: all
}

type userPoolClientHandler struct{ s *Service }

var (
	_ resource.Validator = userPoolClientHandler{}
	_ resource.Recoverer = userPoolClientHandler{}
)

func (s *Service) userPoolClientType() resource.Type {
	return resource.Type{
		Name:       "AWS::Cognito::UserPoolClient",
		Properties: fieldNames[userPoolClientProperties](),
		CreateOnly: []string{"UserPoolId", "GenerateSecret"},
		Attributes: []string{"ClientId", "ClientSecret", "Name"},
		Handler:    userPoolClientHandler{s},
	}
}

func (h userPoolClientHandler) Validate(p resource.Properties) error {
	var in userPoolClientProperties
	if err := resource.Decode(p, &in); err != nil {
		return err
	}
	rest := maps.Clone(p)
	delete(rest, "UserPoolId") // hardly ever known yet
	if !resource.Resolved(rest) {
		return nil
	}
	_, err := in.settings()
	return err
}

func (h userPoolClientHandler) Create(_ context.Context, r resource.Request) (resource.Result, error) {
	var in userPoolClientProperties
	if err := resource.Decode(r.Properties, &in); err != nil {
		return resource.Result{}, err
	}
	s := h.s
	settings, err := h.fit(in)
	if err != nil {
		return resource.Result{}, err
	}
	now := s.Now()
	c := &client{PoolID: in.UserPoolId, Created: now, Modified: now, Token: r.Token, clientSettings: settings}
	if c.ID, err = s.randomText(26, lowerLetters); err != nil {
		return resource.Result{}, err
	}
	if c.Name, err = s.resourceName(in.ClientName, r); err != nil {
		return resource.Result{}, err
	}
	if in.GenerateSecret {
		if c.Secret, err = s.randomText(52, lowerLetters); err != nil {
			return resource.Result{}, err
		}
	}
	return c.result(), s.putClient(c)
}

func (h userPoolClientHandler) Update(_ context.Context, r resource.Request) (resource.Result, error) {
	var in userPoolClientProperties
	if err := resource.Decode(r.Properties, &in); err != nil {
		return resource.Result{}, err
	}
	_, current, err := h.s.clientByID(r.PhysicalID)
	if err != nil {
		return resource.Result{}, err
	}
	c := *current
	if c.clientSettings, err = h.fit(in); err != nil {
		return resource.Result{}, err
	}
	c.Modified = h.s.Now()
	if in.ClientName != "" {
		c.Name = in.ClientName
	}
	return c.result(), h.s.putClient(&c)
}

func (h userPoolClientHandler) Delete(_ context.Context, r resource.Request) error {
	return h.s.removeClient(r.PhysicalID)
}

// Recover removes the client that an attempt to create one left behind.
func (h userPoolClientHandler) Recover(_ context.Context, r resource.Request) error {
	h.s.mu.RLock()
	clients := slices.Collect(maps.Values(h.s.clients))
	h.s.mu.RUnlock()
	for _, c := range clients {
		if c.Token == r.Token {
			return h.s.removeClient(c.ID)
		}
	}
	return nil
}

func (c *client) result() resource.Result {
	attributes := map[string]any{"ClientId": c.ID, "Name": c.Name}
	if c.Secret != "" {
		attributes["ClientSecret"] = c.Secret
	}
	return resource.Result{PhysicalID: c.ID, Attributes: attributes}
}

func (s *Service) putClient(c *client) error {
	s.changing.Lock()
	defer s.changing.Unlock()
	if _, err := s.poolByID(c.PoolID); err != nil {
		return err
	}
	if err := s.DB.Update(func(tx *bbolt.Tx) error { return clientTable.Put(tx, c.ID, *c) }); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clients[c.ID] = c
	return nil
}

func (s *Service) removeClient(id string) error {
	s.changing.Lock()
	defer s.changing.Unlock()
	if err := s.DB.Update(func(tx *bbolt.Tx) error { return clientTable.Delete(tx, id) }); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.clients, id)
	return nil
}

// fit checks what only the pool can tell.
func (h userPoolClientHandler) fit(in userPoolClientProperties) (clientSettings, error) {
	settings, err := in.settings()
	if err != nil {
		return settings, err
	}
	p, err := h.s.poolByID(in.UserPoolId)
	if err != nil {
		return settings, err
	}
	for _, name := range in.ReadAttributes {
		if _, ok := p.Schema[name]; !ok && name != "sub" {
			return settings, invalid("Invalid read attributes specified while creating a client")
		}
	}
	for _, name := range in.WriteAttributes {
		if _, ok := p.Schema[name]; !ok || slices.Contains(serviceAttributes, name) {
			return settings, invalid("Invalid write attributes specified while creating a client")
		}
	}
	if settings.Rotation && p.Settings.Tier == "LITE" {
		return settings, wire.BadRequest("FeatureUnavailableInTierException", "Refresh token rotation is not available in the LITE tier.")
	}
	return settings, nil
}

// settings are what the properties make of a client. What they leave out is at its
// default, in an update too.
func (in userPoolClientProperties) settings() (c clientSettings, err error) {
	if c.AccessLife, c.IDLife, c.RefreshLife, err = in.lifetimes(); err != nil {
		return c, err
	}
	if err := in.rotation(&c); err != nil {
		return c, err
	}
	if err := in.flows(&c); err != nil {
		return c, err
	}
	c.ChallengeLife = 3 * time.Minute
	if v := in.AuthSessionValidity; v != nil {
		if *v < 3 || *v > 15 {
			return c, invalid("1 validation error detected: Value '%d' at 'authSessionValidity' failed to satisfy constraint: Member must have value between 3 and 15", *v)
		}
		c.ChallengeLife = time.Duration(*v) * time.Minute
	}
	switch in.PreventUserExistenceErrors {
	case "", "LEGACY":
	case "ENABLED":
		c.HideExistence = true
	default:
		return c, notInEnum(in.PreventUserExistenceErrors, "preventUserExistenceErrors", "LEGACY", "ENABLED")
	}
	c.Revocation = in.EnableTokenRevocation == nil || *in.EnableTokenRevocation
	c.Read, c.Write = in.ReadAttributes, in.WriteAttributes
	for _, provider := range in.SupportedIdentityProviders {
		if provider != "COGNITO" {
			return c, unimplementedValue("SupportedIdentityProviders", provider)
		}
	}
	if in.AllowedOAuthFlowsUserPoolClient {
		return c, wire.Unimplemented("AllowedOAuthFlowsUserPoolClient true (OAuth)")
	}
	if in.EnablePropagateAdditionalUserContextData {
		return c, wire.Unimplemented("EnablePropagateAdditionalUserContextData true")
	}
	return c, nil
}

// flows reads ExplicitAuthFlows. Without it, SRP and refreshing are on (and custom
// authentication, which needs a Lambda trigger and so cannot be reached).
func (in userPoolClientProperties) flows(c *clientSettings) error {
	if len(in.ExplicitAuthFlows) == 0 {
		c.SRP, c.Refresh = true, !c.Rotation
		return nil
	}
	for _, flow := range in.ExplicitAuthFlows {
		switch flow {
		case "ALLOW_USER_SRP_AUTH":
			c.SRP = true
		case "ALLOW_USER_PASSWORD_AUTH":
			c.Password = true
		case "ALLOW_REFRESH_TOKEN_AUTH":
			c.Refresh = true
		default:
			return unimplementedValue("ExplicitAuthFlows", flow)
		}
	}
	if !c.Refresh && !c.Rotation {
		return invalid("REFRESH_TOKEN_AUTH should always be allowed.")
	}
	if c.Refresh && c.Rotation {
		return invalid("Refresh token rotation cannot be enabled when ALLOW_REFRESH_TOKEN_AUTH is allowed.")
	}
	return nil
}

func (in userPoolClientProperties) rotation(c *clientSettings) error {
	r := in.RefreshTokenRotation
	if r == nil || r.Feature == "DISABLED" {
		return nil
	}
	if r.Feature != "ENABLED" {
		return notInEnum(r.Feature, "refreshTokenRotation.feature", "ENABLED", "DISABLED")
	}
	if r.RetryGracePeriodSeconds < 0 || r.RetryGracePeriodSeconds > 60 {
		return invalid("1 validation error detected: Value '%d' at 'refreshTokenRotation.retryGracePeriodSeconds' failed to satisfy constraint: Member must have value between 0 and 60", r.RetryGracePeriodSeconds)
	}
	c.Rotation, c.Grace = true, time.Duration(r.RetryGracePeriodSeconds)*time.Second
	return nil
}

// lifetimes reads the tokens' lifetimes: access and id 5 minutes to 1 day, by
// default an hour; refresh 1 hour to 10 years, by default 30 days.
func (in userPoolClientProperties) lifetimes() (access, id, refresh time.Duration, err error) {
	var units struct{ AccessToken, IdToken, RefreshToken string }
	if in.TokenValidityUnits != nil {
		units = *in.TokenValidityUnits
	}
	const day = 24 * time.Hour
	read := func(n *int, unit, defaultUnit string, otherwise, least, utmost time.Duration) time.Duration {
		length, ok := map[string]time.Duration{"seconds": time.Second, "minutes": time.Minute, "hours": time.Hour, "days": day}[or(unit, defaultUnit)]
		if !ok {
			err = notInEnum(unit, "tokenValidityUnits", "seconds", "minutes", "hours", "days")
		}
		if n == nil || err != nil {
			return otherwise
		}
		life := time.Duration(*n) * length
		if *n < 0 || *n > 315360000 || life < least || life > utmost {
			err = invalid("Invalid range for token validity.")
		}
		return life
	}
	access = read(in.AccessTokenValidity, units.AccessToken, "hours", time.Hour, 5*time.Minute, day)
	id = read(in.IdTokenValidity, units.IdToken, "hours", time.Hour, 5*time.Minute, day)
	if in.RefreshTokenValidity != nil && *in.RefreshTokenValidity == 0 {
		in.RefreshTokenValidity = nil // zero days are the default, too
	}
	refresh = read(in.RefreshTokenValidity, units.RefreshToken, "days", 30*day, time.Hour, 3650*day)
	if err == nil && (refresh < access || refresh < id) {
		err = invalid("Invalid range for token validity.")
	}
	return access, id, refresh, err
}
