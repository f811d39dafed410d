package cognito

import (
	"context"
	"fmt"
	"io"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"go.etcd.io/bbolt"

	"gatehouse/local/resource"
	"gatehouse/local/wire"
)

// userPoolProperties are the properties of AWS::Cognito::UserPool that the local
// cloud implements. What is not here (MFA, alias attributes, Lambda triggers, SMS,
// devices, passkeys) is refused before anything is deployed.
type userPoolProperties struct {
	UserPoolName          string
	UsernameAttributes    []string
	UsernameConfiguration *struct{ CaseSensitive *bool }
	Policies              *struct {
		PasswordPolicy *struct {
			MinimumLength                                                      *int
			RequireLowercase, RequireUppercase, RequireNumbers, RequireSymbols bool
			PasswordHistorySize, TemporaryPasswordValidityDays                 *int
		}
		SignInPolicy *struct{ AllowedFirstAuthFactors []string }
	}
	Schema                                             []schemaAttribute
	AutoVerifiedAttributes                             []string
	VerificationMessageTemplate                        *messageTemplate
	EmailVerificationSubject, EmailVerificationMessage string
	SmsVerificationMessage                             string
	UserAttributeUpdateSettings                        *struct{ AttributesRequireVerificationBeforeUpdate []string }
	AccountRecoverySetting                             *struct {
		RecoveryMechanisms []struct {
			Name     string
			Priority int
		}
	}
	AdminCreateUserConfig *struct{ AllowAdminCreateUserOnly bool }
	EmailConfiguration    *struct {
		EmailSendingAccount, SourceArn, From, ReplyToEmailAddress, ConfigurationSet string
	}
	MfaConfiguration   string
	DeletionProtection string
	UserPoolTier       string
	UserPoolAddOns     *struct{ AdvancedSecurityMode string }
	UserPoolTags       map[string]string
}

// messageTemplate is VerificationMessageTemplate.
type messageTemplate struct {
	DefaultEmailOption                     string
	EmailSubject, EmailMessage             string
	EmailSubjectByLink, EmailMessageByLink string
	SmsMessage                             string
}

// schemaAttribute is an entry of Schema.
type schemaAttribute struct {
	Name                       string
	AttributeDataType          string
	Required, Mutable          *bool
	DeveloperOnlyAttribute     bool
	StringAttributeConstraints *struct{ MinLength, MaxLength *int }
	NumberAttributeConstraints *struct{ MinValue, MaxValue *int }
}

// poolSettings is how a pool behaves.
type poolSettings struct {
	EmailUsernames     bool // people sign in with their address; Cognito makes up user names
	CaseSensitive      bool
	Password           passwordPolicy
	AutoVerifyEmail    bool
	KeepEmail          bool // a new address counts only once it is verified
	AdminOnlySignUp    bool
	AdminOnlyRecovery  bool
	Messages           messages
	DeletionProtection bool
	Tier               string
}

// defaultPasswordPolicy is that of a pool whose template sets none.
var defaultPasswordPolicy = passwordPolicy{
	MinLength: 8, RequireLowercase: true, RequireUppercase: true, RequireNumbers: true, RequireSymbols: true, TemporaryDays: 7,
}

// freshSettings are those that a new pool has before its template is looked at.
func freshSettings() poolSettings {
	return poolSettings{Password: defaultPasswordPolicy, Tier: "ESSENTIALS"}
}

type userPoolHandler struct{ s *Service }

var (
	_ resource.Validator = userPoolHandler{}
	_ resource.Recoverer = userPoolHandler{}
)

func (s *Service) userPoolType() resource.Type {
	return resource.Type{
		Name:        "AWS::Cognito::UserPool",
		Properties:  fieldNames[userPoolProperties](),
		Attributes:  []string{"Arn", "ProviderName", "ProviderURL", "UserPoolId"},
		TagProperty: "UserPoolTags",
		Handler:     userPoolHandler{s},
	}
}

// fieldNames are the names of the fields of T: the properties that it decodes.
func fieldNames[T any]() (names []string) {
	for field := range reflect.TypeFor[T]().Fields() {
		names = append(names, field.Name)
	}
	return names
}

func (h userPoolHandler) Validate(p resource.Properties) error {
	var in userPoolProperties
	if err := resource.Decode(p, &in); err != nil {
		return err
	}
	if !resource.Resolved(p) {
		return nil // the values are checked again once they are known
	}
	if _, err := in.settings(freshSettings()); err != nil {
		return err
	}
	_, err := in.schema()
	return err
}

func (h userPoolHandler) Create(_ context.Context, r resource.Request) (resource.Result, error) {
	var in userPoolProperties
	if err := resource.Decode(r.Properties, &in); err != nil {
		return resource.Result{}, err
	}
	settings, err := in.settings(freshSettings())
	if err != nil {
		return resource.Result{}, err
	}
	attributes, err := in.schema()
	if err != nil {
		return resource.Result{}, err
	}
	s := h.s
	now := s.Now()
	p := &pool{
		Created: now, Modified: now, Token: r.Token, Template: r.Properties,
		Settings: settings, Schema: attributes, Groups: map[string]group{}, Secret: make([]byte, 32),
	}
	suffix, err := s.randomText(9, idLetters)
	if err != nil {
		return resource.Result{}, err
	}
	p.ID = s.Region + "_" + suffix
	if p.Name, err = s.resourceName(in.UserPoolName, r); err != nil {
		return resource.Result{}, err
	}
	if _, err := io.ReadFull(s.Rand, p.Secret); err != nil {
		return resource.Result{}, fmt.Errorf("making the pool's secret: %w", err)
	}
	if p.IDKey, p.AccessKey, err = newSigningKeys(); err != nil {
		return resource.Result{}, err
	}
	if err := p.parseKeys(); err != nil {
		return resource.Result{}, err
	}
	s.changing.Lock()
	defer s.changing.Unlock()
	if err := s.DB.Update(func(tx *bbolt.Tx) error { return poolTable.Put(tx, p.ID, *p) }); err != nil {
		return resource.Result{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.remember(p)
	return s.poolResult(p), nil
}

func (s *Service) poolResult(p *pool) resource.Result {
	return resource.Result{PhysicalID: p.ID, Attributes: map[string]any{
		"Arn":          fmt.Sprintf("arn:aws:cognito-idp:%s:%s:userpool/%s", s.Region, s.Account, p.ID),
		"ProviderName": p.provider(),
		"ProviderURL":  p.issuer(),
		"UserPoolId":   p.ID,
	}}
}

// provider is the pool's name among identity providers: its issuer without https.
func (p *pool) provider() string {
	region, _, _ := strings.Cut(p.ID, "_")
	return "cognito-idp." + region + ".amazonaws.com/" + p.ID
}

// Update changes the pool in place and keeps its users, or refuses as
// UpdateUserPool does.
func (h userPoolHandler) Update(_ context.Context, r resource.Request) (resource.Result, error) {
	var in userPoolProperties
	if err := resource.Decode(r.Properties, &in); err != nil {
		return resource.Result{}, err
	}
	p, err := h.s.changePool(r.PhysicalID, func(_ *bbolt.Tx, p *pool) error {
		if reflect.DeepEqual(p.Template, r.Properties) {
			return nil // rolling back an update that was refused
		}
		for _, name := range []string{"UsernameAttributes", "UsernameConfiguration"} {
			if !reflect.DeepEqual(p.Template[name], r.Properties[name]) {
				return invalid("Updates are not allowed for property - %s.", name)
			}
		}
		if err := p.extendSchema(in); err != nil {
			return err
		}
		settings, err := in.settings(p.Settings)
		if err != nil {
			return err
		}
		if settings.Tier == "LITE" && p.Settings.Tier != "LITE" && h.s.rotates(p.ID) {
			return tierInUse("refresh token rotation")
		}
		if in.UserPoolName != "" {
			p.Name = in.UserPoolName
		}
		p.Settings, p.Template, p.Modified = settings, r.Properties, h.s.Now()
		return nil
	})
	if err != nil {
		return resource.Result{}, err
	}
	return h.s.poolResult(p), nil
}

func (h userPoolHandler) Delete(_ context.Context, r resource.Request) error {
	if !h.s.hasPool(r.PhysicalID) {
		return nil // gone already
	}
	p, err := h.s.poolByID(r.PhysicalID)
	if err != nil {
		return err
	}
	if p.Settings.DeletionProtection {
		return invalid("The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.")
	}
	if p.Domain != "" {
		return invalid("User pool cannot be deleted. It has a domain configured that should be deleted first.")
	}
	return h.s.removePool(p)
}

// Recover removes the pool that an attempt to create one left behind.
func (h userPoolHandler) Recover(_ context.Context, r resource.Request) error {
	h.s.mu.RLock()
	pools := slices.Collect(maps.Values(h.s.pools))
	h.s.mu.RUnlock()
	for _, p := range pools {
		if p.Token == r.Token {
			return h.s.removePool(p)
		}
	}
	return nil
}

// removePool deletes a pool with its users, clients and groups.
func (s *Service) removePool(p *pool) error {
	s.changing.Lock()
	defer s.changing.Unlock()
	s.mu.RLock()
	var clients []string
	for id, c := range s.clients {
		if c.PoolID == p.ID {
			clients = append(clients, id)
		}
	}
	s.mu.RUnlock()
	err := s.DB.Update(func(tx *bbolt.Tx) error {
		for _, table := range []interface {
			DeletePrefix(tx *bbolt.Tx, prefix string) error
		}{userTable, nameTable, sessionTable.entries, challengeTable.entries, codeTable.entries, lockoutTable.entries, limitTable.entries} {
			if err := table.DeletePrefix(tx, p.ID+"/"); err != nil {
				return err
			}
		}
		for _, id := range clients {
			if err := clientTable.Delete(tx, id); err != nil {
				return err
			}
		}
		return poolTable.Delete(tx, p.ID)
	})
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range clients {
		delete(s.clients, id)
	}
	delete(s.keys, p.AccessKey.ID)
	delete(s.pools, p.ID)
	return nil
}

// settings are what the properties make of a pool that was as before. What an
// update leaves out goes back to its default, except the password and sign-in
// policies and the tier, which stay. Source: cdkd's measurements on AWS, 2026.
func (in userPoolProperties) settings(before poolSettings) (poolSettings, error) {
	s := poolSettings{
		EmailUsernames: in.emailUsernames(), CaseSensitive: true,
		Password: before.Password, Tier: before.Tier,
	}
	for _, a := range in.UsernameAttributes {
		if a != "email" {
			return s, unimplementedValue("UsernameAttributes", a)
		}
	}
	if in.UsernameConfiguration != nil && in.UsernameConfiguration.CaseSensitive != nil {
		s.CaseSensitive = *in.UsernameConfiguration.CaseSensitive
	}
	for _, a := range in.AutoVerifiedAttributes {
		if a != "email" {
			return s, unimplementedValue("AutoVerifiedAttributes", a)
		}
		s.AutoVerifyEmail = true
	}
	if u := in.UserAttributeUpdateSettings; u != nil {
		for _, a := range u.AttributesRequireVerificationBeforeUpdate {
			if a != "email" {
				return s, unimplementedValue("UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate", a)
			}
			s.KeepEmail = true
		}
		if s.KeepEmail && !s.AutoVerifyEmail {
			return s, invalid("Attributes requiring verification before update must be a subset of auto verified attributes")
		}
	}
	if in.AdminCreateUserConfig != nil {
		s.AdminOnlySignUp = in.AdminCreateUserConfig.AllowAdminCreateUserOnly
	}
	if in.AccountRecoverySetting != nil {
		for _, m := range in.AccountRecoverySetting.RecoveryMechanisms {
			switch m.Name {
			case "verified_email":
			case "admin_only":
				if len(in.AccountRecoverySetting.RecoveryMechanisms) > 1 {
					return s, invalid("Invalid account recovery setting parameter. Account Recovery Setting cannot use admin_only setting with any other recovery mechanisms.")
				}
				s.AdminOnlyRecovery = true
			default:
				return s, unimplementedValue("AccountRecoverySetting.RecoveryMechanisms", m.Name)
			}
		}
	}
	if m := in.MfaConfiguration; m != "" && m != "OFF" {
		return s, unimplementedValue("MfaConfiguration", m)
	}
	if a := in.UserPoolAddOns; a != nil && a.AdvancedSecurityMode != "" && a.AdvancedSecurityMode != "OFF" {
		return s, unimplementedValue("UserPoolAddOns.AdvancedSecurityMode", a.AdvancedSecurityMode)
	}
	switch in.DeletionProtection {
	case "", "INACTIVE":
	case "ACTIVE":
		s.DeletionProtection = true
	default:
		return s, notInEnum(in.DeletionProtection, "deletionProtection", "ACTIVE", "INACTIVE")
	}
	if err := in.policies(&s); err != nil {
		return s, err
	}
	if err := in.tier(&s, before); err != nil {
		return s, err
	}
	return s, in.messages(&s.Messages)
}

// policies reads Policies. A part that is left out stays as it was.
func (in userPoolProperties) policies(s *poolSettings) error {
	if in.Policies == nil {
		return nil
	}
	if sign := in.Policies.SignInPolicy; sign != nil {
		for _, factor := range sign.AllowedFirstAuthFactors {
			if factor != "PASSWORD" {
				return unimplementedValue("Policies.SignInPolicy.AllowedFirstAuthFactors", factor)
			}
		}
	}
	want := in.Policies.PasswordPolicy
	if want == nil {
		return nil
	}
	p := passwordPolicy{
		MinLength: defaultPasswordPolicy.MinLength, TemporaryDays: defaultPasswordPolicy.TemporaryDays,
		RequireLowercase: want.RequireLowercase, RequireUppercase: want.RequireUppercase,
		RequireNumbers: want.RequireNumbers, RequireSymbols: want.RequireSymbols,
	}
	for _, field := range []struct {
		name          string
		value         *int
		into          *int
		least, utmost int
	}{
		{"minimumLength", want.MinimumLength, &p.MinLength, 6, 99},
		{"passwordHistorySize", want.PasswordHistorySize, &p.History, 0, 24},
		{"temporaryPasswordValidityDays", want.TemporaryPasswordValidityDays, &p.TemporaryDays, 0, 365},
	} {
		if field.value == nil {
			continue
		}
		at := fmt.Sprintf("Value '%d' at 'policies.passwordPolicy.%s' failed to satisfy constraint: Member must have value", *field.value, field.name)
		if *field.value < field.least {
			return invalid("1 validation error detected: %s greater than or equal to %d", at, field.least)
		}
		if *field.value > field.utmost {
			return invalid("1 validation error detected: %s less than or equal to %d", at, field.utmost)
		}
		*field.into = *field.value
	}
	s.Password = p
	return nil
}

// tier reads UserPoolTier. The history of passwords is a feature of Essentials.
func (in userPoolProperties) tier(s *poolSettings, before poolSettings) error {
	switch in.UserPoolTier {
	case "":
	case "LITE", "ESSENTIALS", "PLUS":
		s.Tier = in.UserPoolTier
	default:
		return notInEnum(in.UserPoolTier, "userPoolTier", "LITE", "ESSENTIALS", "PLUS")
	}
	if s.Tier != "LITE" || s.Password.History == 0 {
		return nil
	}
	if before.Tier != "LITE" && before.Password.History > 0 {
		return tierInUse("password history")
	}
	return wire.BadRequest("FeatureUnavailableInTierException", "Password history is not available in the LITE tier.")
}

func tierInUse(feature string) error {
	return wire.BadRequest("TierChangeNotAllowedException", "The user pool tier cannot be changed to LITE while %s is in use.", feature)
}

// rotates is whether a client of the pool has refresh token rotation on.
func (s *Service) rotates(poolID string) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, c := range s.clients {
		if c.PoolID == poolID && c.Rotation {
			return true
		}
	}
	return false
}

var (
	codeMessage = regexp.MustCompile(`^[\s\S]*\{####\}[\s\S]*$`)
	linkMessage = regexp.MustCompile(`^[\s\S]*\{##[\s\S]*##\}[\s\S]*$`)
)

// messages reads the texts of messages. VerificationMessageTemplate goes before the
// older properties; every text is checked, also one that is not used.
func (in userPoolProperties) messages(m *messages) error {
	m.Subject, m.Body = in.EmailVerificationSubject, in.EmailVerificationMessage
	var t messageTemplate
	if in.VerificationMessageTemplate != nil {
		t = *in.VerificationMessageTemplate
	}
	switch t.DefaultEmailOption {
	case "", "CONFIRM_WITH_CODE":
	case "CONFIRM_WITH_LINK":
		m.ByLink = true
	default:
		return notInEnum(t.DefaultEmailOption, "verificationMessageTemplate.defaultEmailOption", "CONFIRM_WITH_LINK", "CONFIRM_WITH_CODE")
	}
	m.Subject, m.Body = or(t.EmailSubject, m.Subject), or(t.EmailMessage, m.Body)
	m.LinkSubject, m.LinkBody = t.EmailSubjectByLink, t.EmailMessageByLink
	if e := in.EmailConfiguration; e != nil {
		m.From = e.From
		if e.EmailSendingAccount == "DEVELOPER" && e.SourceArn == "" {
			return invalid("Source ARN is required when the email sending account is DEVELOPER.")
		}
	}
	var found [][]string
	for _, text := range []struct {
		value, name       string
		shortest, longest int
		pattern           *regexp.Regexp
	}{
		{in.EmailVerificationSubject, "emailVerificationSubject", 1, 140, nil},
		{in.EmailVerificationMessage, "emailVerificationMessage", 6, 20000, codeMessage},
		{in.SmsVerificationMessage, "smsVerificationMessage", 6, 140, codeMessage},
		{t.EmailSubject, "verificationMessageTemplate.emailSubject", 1, 140, nil},
		{t.EmailMessage, "verificationMessageTemplate.emailMessage", 6, 20000, codeMessage},
		{t.EmailSubjectByLink, "verificationMessageTemplate.emailSubjectByLink", 1, 140, nil},
		{t.EmailMessageByLink, "verificationMessageTemplate.emailMessageByLink", 6, 20000, linkMessage},
		{t.SmsMessage, "verificationMessageTemplate.smsMessage", 6, 140, codeMessage},
	} {
		if text.value != "" {
			found = append(found, constrain(fmt.Sprintf("'%s' at '%s'", text.value, text.name), text.value, text.shortest, text.longest, text.pattern))
		}
	}
	return validate(found...)
}

// schema is what Schema makes of a new pool's attributes.
func (in userPoolProperties) schema() (schema, error) {
	all := standardAttributes()
	for _, entry := range in.Schema {
		name, a, err := in.attribute(entry)
		if err != nil {
			return nil, err
		}
		all[name] = a
	}
	if in.emailUsernames() {
		all["email"] = requiredEmail(all["email"])
	}
	return all, all.countCustom()
}

// emailUsernames tells whether people sign in with their address.
func (in userPoolProperties) emailUsernames() bool {
	return slices.Contains(in.UsernameAttributes, "email")
}

// requiredEmail is the email attribute of a pool of e-mail user names, which has
// it whatever Schema says.
func requiredEmail(a attribute) attribute {
	a.Required = true
	return a
}

const (
	mostCustom = 50 // custom attributes of a pool; source: Cognito quotas
	mostAdded  = 25 // attributes of one AddCustomAttributes; source: the API model
)

func (s schema) countCustom() error {
	if custom := len(s) - len(standardAttributes()); custom > mostCustom {
		return invalid("A user pool can have at most %d custom attributes; got %d", mostCustom, custom)
	}
	return nil
}

// extendSchema adds what is new in Schema. Nothing can be changed, and no custom
// attribute be removed.
func (p *pool) extendSchema(in userPoolProperties) error {
	errFixed := invalid("Existing schema attributes cannot be modified or deleted.")
	wanted, added := map[string]bool{}, 0
	for _, entry := range in.Schema {
		// AWS refuses this even where nothing changes: aws-cdk issue 8585.
		if entry.AttributeDataType == "" {
			return invalid("Invalid AttributeDataType input, consider using the provided AttributeDataType enum.")
		}
		name, a, err := in.attribute(entry)
		if err != nil {
			return err
		}
		existing, found := p.Schema[name]
		if found && !reflect.DeepEqual(existing, a) {
			return errFixed
		}
		if !found {
			added++
		}
		wanted[name] = true
		p.Schema[name] = a
	}
	for name := range p.Schema {
		if strings.HasPrefix(name, customPrefix) && !wanted[name] {
			return errFixed
		}
	}
	// Of the standard attributes, none may go from the list; the list as a whole may.
	var old userPoolProperties
	if err := resource.Decode(p.Template, &old); err != nil {
		return err
	}
	for _, entry := range old.Schema {
		if _, isStandard := standardAttributes()[entry.Name]; isStandard && len(in.Schema) > 0 && !wanted[entry.Name] {
			return errFixed
		}
	}
	if added > mostAdded {
		return invalid("1 validation error detected: Value at 'customAttributes' failed to satisfy constraint: Member must have length less than or equal to %d", mostAdded)
	}
	return p.Schema.countCustom()
}

// customPrefix begins the names of custom attributes everywhere but in Schema.
const customPrefix = "custom:"

// attribute returns the attribute that an entry of Schema declares.
func (in userPoolProperties) attribute(e schemaAttribute) (name string, a attribute, err error) {
	if e.DeveloperOnlyAttribute {
		return "", a, wire.Unimplemented("the property Schema.DeveloperOnlyAttribute")
	}
	types := []string{"Boolean", "DateTime", "String", "Number"}
	if e.AttributeDataType != "" && !slices.Contains(types, e.AttributeDataType) {
		return "", a, notInEnum(e.AttributeDataType, "schema.attributeDataType", types...)
	}
	name = e.Name
	a, isStandard := standardAttributes()[name]
	required := e.Required != nil && *e.Required
	if isStandard && e.AttributeDataType != "" && e.AttributeDataType != a.Type {
		return "", a, invalid("You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute %s", name)
	}
	if !isStandard {
		name = customPrefix + strings.TrimPrefix(e.Name, customPrefix)
		a = attribute{Type: e.AttributeDataType, Mutable: true}
		if err := validate(constrain(fmt.Sprintf("'%s' at 'schema.name'", e.Name), e.Name, 1, 20, usernameChars)); err != nil {
			return "", a, err
		}
		if required {
			return "", a, invalid("Required custom attributes are not supported currently.")
		}
		if a.Type == "" {
			a.Type = "String"
		}
	}
	a.Required = required
	if name == "email" && in.emailUsernames() {
		a = requiredEmail(a)
	}
	if e.Mutable != nil {
		a.Mutable = *e.Mutable
	}
	if c := e.StringAttributeConstraints; c != nil {
		if a.Type != "String" {
			return "", a, invalid("String constraints do not fit the attribute %s of type %s", name, a.Type)
		}
		if c.MinLength != nil {
			a.MinLength = c.MinLength
		}
		if c.MaxLength != nil {
			a.MaxLength = c.MaxLength
		}
	}
	if c := e.NumberAttributeConstraints; c != nil {
		if a.Type != "Number" {
			return "", a, invalid("Number constraints do not fit the attribute %s of type %s", name, a.Type)
		}
		a.MinValue, a.MaxValue = c.MinValue, c.MaxValue
	}
	return name, a, nil
}

func unimplementedValue(property, value string) error {
	return wire.Unimplemented(fmt.Sprintf("%s %q", property, value))
}

func notInEnum(value, member string, allowed ...string) error {
	return invalid("1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: Member must satisfy enum value set: [%s]", value, member, strings.Join(allowed, ", "))
}
