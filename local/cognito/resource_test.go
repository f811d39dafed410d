package cognito_test

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"gatehouse/local/resource"
)

const (
	typePool   = "AWS::Cognito::UserPool"
	typeClient = "AWS::Cognito::UserPoolClient"
	typeGroup  = "AWS::Cognito::UserPoolGroup"
	typeDomain = "AWS::Cognito::UserPoolDomain"
)

func TestIdentifiers(t *testing.T) {
	t.Parallel()
	c := newEmptyCloud(t)
	pool := c.create(typePool, gatehousePool())
	if !regexp.MustCompile(`^us-east-1_[A-Za-z0-9]{9}$`).MatchString(pool.PhysicalID) {
		t.Errorf("Ref of the pool is %s", pool.PhysicalID)
	}
	provider := "cognito-idp.us-east-1.amazonaws.com/" + pool.PhysicalID
	wantAttributes(t, pool, map[string]any{
		"Arn": "arn:aws:cognito-idp:us-east-1:000000000000:userpool/" + pool.PhysicalID, "ProviderName": provider,
		"ProviderURL": "https://" + provider, "UserPoolId": pool.PhysicalID,
	})
	client := c.create(typeClient, props{"UserPoolId": pool.PhysicalID, "ClientName": "site"})
	if !regexp.MustCompile(`^[a-z0-9]{26}$`).MatchString(client.PhysicalID) {
		t.Errorf("Ref of the client is %s", client.PhysicalID)
	}
	wantAttributes(t, client, map[string]any{"ClientId": client.PhysicalID, "Name": "site"})
	if group := c.create(typeGroup, props{"UserPoolId": pool.PhysicalID, "GroupName": "admins"}); group.PhysicalID != "admins" {
		t.Errorf("Ref of the group is %s", group.PhysicalID)
	}
	unnamed := c.create(typeClient, props{"UserPoolId": pool.PhysicalID})
	if name := unnamed.Attributes["Name"].(string); !regexp.MustCompile(`^Thing-[A-Za-z0-9]{12}$`).MatchString(name) {
		t.Errorf("the made-up name is %s", name)
	}
}

func wantAttributes(t *testing.T, r resource.Result, want map[string]any) {
	t.Helper()
	got, _ := json.Marshal(r.Attributes)
	wanted, _ := json.Marshal(want)
	if string(got) != string(wanted) {
		t.Errorf("Fn::GetAtt\ngot  %s\nwant %s", got, wanted)
	}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	schema := func(entry map[string]any) props { return props{"Schema": []any{entry}} }
	for name, tc := range map[string]struct {
		kind string
		p    props
		want string
	}{
		"our own pool":                                {typePool, gatehousePool(), ""},
		"our own client":                              {typeClient, with(gatehouseClient(), props{"UserPoolId": resource.KnownAfterApply}), ""},
		"nothing at all":                              {typePool, props{}, ""},
		"values that are not known yet":               {typePool, props{"EmailConfiguration": map[string]any{"SourceArn": resource.KnownAfterApply, "EmailSendingAccount": "DEVELOPER"}}, ""},
		"what the CDK says of SMS, which nobody gets": {typePool, props{"SmsVerificationMessage": "{####}", "VerificationMessageTemplate": map[string]any{"SmsMessage": "{####}"}}, ""},

		"MFA":                       {typePool, props{"MfaConfiguration": "OPTIONAL"}, `EmulatorUnimplemented: The local cloud does not implement MfaConfiguration "OPTIONAL".`},
		"MFA factors":               {typePool, props{"EnabledMfas": []any{"SOFTWARE_TOKEN_MFA"}}, "EmulatorUnimplemented: The local cloud does not implement the property EnabledMfas."},
		"aliases":                   {typePool, props{"AliasAttributes": []any{"email"}}, "EmulatorUnimplemented: The local cloud does not implement the property AliasAttributes."},
		"triggers":                  {typePool, props{"LambdaConfig": map[string]any{}}, "EmulatorUnimplemented: The local cloud does not implement the property LambdaConfig."},
		"telephone user names":      {typePool, props{"UsernameAttributes": []any{"phone_number"}}, `EmulatorUnimplemented: The local cloud does not implement UsernameAttributes "phone_number".`},
		"telephone verification":    {typePool, props{"AutoVerifiedAttributes": []any{"email", "phone_number"}}, `EmulatorUnimplemented: The local cloud does not implement AutoVerifiedAttributes "phone_number".`},
		"recovery by telephone":     {typePool, props{"AccountRecoverySetting": map[string]any{"RecoveryMechanisms": []any{map[string]any{"Name": "verified_phone_number", "Priority": 1.0}}}}, `EmulatorUnimplemented: The local cloud does not implement AccountRecoverySetting.RecoveryMechanisms "verified_phone_number".`},
		"sign-in by code":           {typePool, props{"Policies": map[string]any{"SignInPolicy": map[string]any{"AllowedFirstAuthFactors": []any{"PASSWORD", "EMAIL_OTP"}}}}, `EmulatorUnimplemented: The local cloud does not implement Policies.SignInPolicy.AllowedFirstAuthFactors "EMAIL_OTP".`},
		"threat protection":         {typePool, props{"UserPoolAddOns": map[string]any{"AdvancedSecurityMode": "ENFORCED"}}, `EmulatorUnimplemented: The local cloud does not implement UserPoolAddOns.AdvancedSecurityMode "ENFORCED".`},
		"a nested unknown property": {typePool, props{"Policies": map[string]any{"PasswordPolicy": map[string]any{"Colour": "red"}}}, "EmulatorUnimplemented: The local cloud does not implement the property Policies.PasswordPolicy.Colour."},

		"a password of five":                                 {typePool, props{"Policies": map[string]any{"PasswordPolicy": map[string]any{"MinimumLength": "5"}}}, "InvalidParameterException: 1 validation error detected: Value '5' at 'policies.passwordPolicy.minimumLength' failed to satisfy constraint: Member must have value greater than or equal to 6"},
		"a history of 25":                                    {typePool, props{"Policies": map[string]any{"PasswordPolicy": map[string]any{"PasswordHistorySize": 25.0}}}, "InvalidParameterException: 1 validation error detected: Value '25' at 'policies.passwordPolicy.passwordHistorySize' failed to satisfy constraint: Member must have value less than or equal to 24"},
		"a history in LITE":                                  {typePool, props{"UserPoolTier": "LITE", "Policies": map[string]any{"PasswordPolicy": map[string]any{"PasswordHistorySize": 1.0}}}, "FeatureUnavailableInTierException: Password history is not available in the LITE tier."},
		"a message without code":                             {typePool, props{"EmailVerificationMessage": "Hello there"}, `InvalidParameterException: 1 validation error detected: Value 'Hello there' at 'emailVerificationMessage' failed to satisfy constraint: Member must satisfy regular expression pattern: [\s\S]*\{####\}[\s\S]*`},
		"a text message without code":                        {typePool, props{"SmsVerificationMessage": "Hello there"}, `InvalidParameterException: 1 validation error detected: Value 'Hello there' at 'smsVerificationMessage' failed to satisfy constraint: Member must satisfy regular expression pattern: [\s\S]*\{####\}[\s\S]*`},
		"a message that another goes before":                 {typePool, props{"EmailVerificationMessage": "Hello there", "VerificationMessageTemplate": map[string]any{"EmailMessage": "Hello {####}"}}, `InvalidParameterException: 1 validation error detected: Value 'Hello there' at 'emailVerificationMessage' failed to satisfy constraint: Member must satisfy regular expression pattern: [\s\S]*\{####\}[\s\S]*`},
		"a link without link":                                {typePool, props{"VerificationMessageTemplate": map[string]any{"EmailMessageByLink": "Hello you"}}, `InvalidParameterException: 1 validation error detected: Value 'Hello you' at 'verificationMessageTemplate.emailMessageByLink' failed to satisfy constraint: Member must satisfy regular expression pattern: [\s\S]*\{##[\s\S]*##\}[\s\S]*`},
		"a required custom one":                              {typePool, schema(map[string]any{"Name": "x", "AttributeDataType": "String", "Required": true}), "InvalidParameterException: Required custom attributes are not supported currently."},
		"no such type":                                       {typePool, schema(map[string]any{"Name": "x", "AttributeDataType": "Float"}), "InvalidParameterException: 1 validation error detected: Value 'Float' at 'schema.attributeDataType' failed to satisfy constraint: Member must satisfy enum value set: [Boolean, DateTime, String, Number]"},
		"another standard type":                              {typePool, schema(map[string]any{"Name": "name", "AttributeDataType": "Number"}), "InvalidParameterException: You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute name"},
		"a name of 21 characters":                            {typePool, schema(map[string]any{"Name": strings.Repeat("x", 21), "AttributeDataType": "String"}), "InvalidParameterException: 1 validation error detected: Value 'xxxxxxxxxxxxxxxxxxxxx' at 'schema.name' failed to satisfy constraint: Member must have length less than or equal to 20"},
		"verification before update of what is not verified": {typePool, props{"UserAttributeUpdateSettings": map[string]any{"AttributesRequireVerificationBeforeUpdate": []any{"email"}}}, "InvalidParameterException: Attributes requiring verification before update must be a subset of auto verified attributes"},

		"a client without refresh":   {typeClient, props{"ExplicitAuthFlows": []any{"ALLOW_USER_SRP_AUTH"}}, "InvalidParameterException: REFRESH_TOKEN_AUTH should always be allowed."},
		"a flow we do not know":      {typeClient, props{"ExplicitAuthFlows": []any{"ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}}, `EmulatorUnimplemented: The local cloud does not implement ExplicitAuthFlows "ALLOW_USER_AUTH".`},
		"OAuth":                      {typeClient, props{"AllowedOAuthFlowsUserPoolClient": true}, "EmulatorUnimplemented: The local cloud does not implement AllowedOAuthFlowsUserPoolClient true (OAuth)."},
		"OAuth scopes":               {typeClient, props{"AllowedOAuthScopes": []any{"openid"}}, "EmulatorUnimplemented: The local cloud does not implement the property AllowedOAuthScopes."},
		"another identity provider":  {typeClient, props{"SupportedIdentityProviders": []any{"Google"}}, `EmulatorUnimplemented: The local cloud does not implement SupportedIdentityProviders "Google".`},
		"no minutes of access":       {typeClient, props{"AccessTokenValidity": 0.0}, "InvalidParameterException: Invalid range for token validity."},
		"no days of refresh":         {typeClient, props{"RefreshTokenValidity": 0.0}, ""},
		"4 minutes of access":        {typeClient, props{"AccessTokenValidity": 4.0, "TokenValidityUnits": map[string]any{"AccessToken": "minutes"}}, "InvalidParameterException: Invalid range for token validity."},
		"25 hours of access":         {typeClient, props{"AccessTokenValidity": 25.0}, "InvalidParameterException: Invalid range for token validity."},
		"30 days of refresh":         {typeClient, props{"RefreshTokenValidity": 43200.0, "TokenValidityUnits": map[string]any{"RefreshToken": "minutes"}}, ""},
		"59 minutes of refresh":      {typeClient, props{"RefreshTokenValidity": 59.0, "TokenValidityUnits": map[string]any{"RefreshToken": "minutes"}}, "InvalidParameterException: Invalid range for token validity."},
		"3651 days of refresh":       {typeClient, props{"RefreshTokenValidity": 3651.0}, "InvalidParameterException: Invalid range for token validity."},
		"a huge number of days":      {typeClient, props{"RefreshTokenValidity": 9e15}, "InvalidParameterException: Invalid range for token validity."},
		"a negative number of hours": {typeClient, props{"AccessTokenValidity": -1.0}, "InvalidParameterException: Invalid range for token validity."},
		"rotation and the old flow":  {typeClient, props{"ExplicitAuthFlows": []any{"ALLOW_REFRESH_TOKEN_AUTH"}, "RefreshTokenRotation": map[string]any{"Feature": "ENABLED"}}, "InvalidParameterException: Refresh token rotation cannot be enabled when ALLOW_REFRESH_TOKEN_AUTH is allowed."},
		"61 seconds of grace":        {typeClient, props{"RefreshTokenRotation": map[string]any{"Feature": "ENABLED", "RetryGracePeriodSeconds": 61.0}}, "InvalidParameterException: 1 validation error detected: Value '61' at 'refreshTokenRotation.retryGracePeriodSeconds' failed to satisfy constraint: Member must have value between 0 and 60"},

		"a custom domain":       {typeDomain, props{"Domain": "auth.example.com"}, `InvalidParameterException: 1 validation error detected: Value 'auth.example.com' at 'domain' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?`},
		"a reserved word":       {typeDomain, props{"Domain": "my-cognito"}, "InvalidParameterException: Domain cannot contain reserved word: cognito"},
		"managed login":         {typeDomain, props{"Domain": "shop", "ManagedLoginVersion": 2.0}, "EmulatorUnimplemented: The local cloud does not implement ManagedLoginVersion 2."},
		"a negative precedence": {typeGroup, props{"GroupName": "g", "Precedence": -1.0}, "InvalidParameterException: 1 validation error detected: Value '-1' at 'precedence' failed to satisfy constraint: Member must have value greater than or equal to 0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newEmptyCloud(t)
			err := c.handler(tc.kind).(resource.Validator).Validate(tc.p)
			if said(err) != tc.want {
				t.Errorf("\ngot  %s\nwant %s", said(err), tc.want)
			}
		})
	}
}

func TestPoolUpdateKeepsUsers(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.register(email, password)
	old := gatehousePool()
	next := with(old, props{
		"UserPoolName": "renamed",
		"Policies":     map[string]any{"PasswordPolicy": map[string]any{"MinimumLength": 20.0}},
		"Schema":       []any{map[string]any{"Name": "tier", "AttributeDataType": "String", "Mutable": true}},
	})
	if err := c.update(typePool, c.pool, old, next); err != nil {
		t.Fatal(err)
	}
	c.start()
	c.mustSignIn(email, password)
	if _, err := c.signUp("b@example.com", password); said(err) != "InvalidPasswordException: Password did not conform with policy: Password not long enough" {
		t.Errorf("the new policy: %v", err)
	}
	if _, err := c.signUp("b@example.com", strings.Repeat("a", 20), attribute("custom:tier", "gold")); err != nil {
		t.Errorf("the new attribute: %v", err)
	}
}

func TestPoolUpdateRefuses(t *testing.T) {
	t.Parallel()
	tier := map[string]any{"Name": "tier", "AttributeDataType": "String", "Mutable": true}
	const fixed = "InvalidParameterException: Existing schema attributes cannot be modified or deleted."
	const untyped = "InvalidParameterException: Invalid AttributeDataType input, consider using the provided AttributeDataType enum."
	history := map[string]any{"PasswordPolicy": map[string]any{"MinimumLength": 12.0, "PasswordHistorySize": 3.0}}
	for name, tc := range map[string]struct {
		old, next props // changes of our own pool
		want      string
	}{
		"another user name":              {nil, props{"UsernameAttributes": nil}, "InvalidParameterException: Updates are not allowed for property - UsernameAttributes."},
		"another case sensitivity":       {nil, props{"UsernameConfiguration": map[string]any{"CaseSensitive": true}}, "InvalidParameterException: Updates are not allowed for property - UsernameConfiguration."},
		"a custom attribute removed":     {props{"Schema": []any{tier}}, props{"Schema": nil}, fixed},
		"a custom attribute changed":     {props{"Schema": []any{tier}}, props{"Schema": []any{with(tier, props{"Mutable": false})}}, fixed},
		"a custom attribute's type":      {props{"Schema": []any{tier}}, props{"Schema": []any{with(tier, props{"AttributeDataType": "Number"})}}, fixed},
		"a standard one made required":   {nil, props{"Schema": []any{map[string]any{"Name": "name", "AttributeDataType": "String", "Required": true}}}, fixed},
		"the trap: no AttributeDataType": {props{"Schema": []any{map[string]any{"Name": "email", "Required": true, "Mutable": true}}}, props{"UserPoolName": "x", "Schema": []any{map[string]any{"Name": "email", "Required": true, "Mutable": true}}}, untyped},
		"a standard one off the list":    {props{"Schema": []any{tier, map[string]any{"Name": "name", "AttributeDataType": "String", "Required": false, "Mutable": true}}}, props{"Schema": []any{tier}}, fixed},
		"out of the trap":                {props{"Schema": []any{map[string]any{"Name": "email", "Required": true, "Mutable": true}}}, props{"UserPoolName": "x", "Schema": nil}, ""},
		"the tier under the history":     {props{"Policies": history}, props{"Policies": history, "UserPoolTier": "LITE"}, "TierChangeNotAllowedException: The user pool tier cannot be changed to LITE while password history is in use."},
		"the tier with the history":      {props{"Policies": history}, props{"Policies": map[string]any{"PasswordPolicy": map[string]any{"MinimumLength": 12.0}}, "UserPoolTier": "LITE"}, ""},
		"an attribute added":             {nil, props{"Schema": []any{tier}}, ""},
		"25 attributes added":            {nil, props{"Schema": manyAttributes(25)}, ""},
		"26 attributes added":            {nil, props{"Schema": manyAttributes(26)}, "InvalidParameterException: 1 validation error detected: Value at 'customAttributes' failed to satisfy constraint: Member must have length less than or equal to 25"},
		"nothing":                        {nil, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			old := plainProps(with(gatehousePool(), tc.old))
			c := newCloudOf(t, old, gatehouseClient())
			c.register(email, password)
			if err := c.update(typePool, c.pool, old, plainProps(with(gatehousePool(), tc.next))); said(err) != tc.want {
				t.Errorf("\ngot  %s\nwant %s", said(err), tc.want)
			}
			if tc.want != "" { // rolling back what was refused changes nothing
				if err := c.update(typePool, c.pool, plainProps(with(gatehousePool(), tc.next)), old); err != nil {
					t.Errorf("rolling back: %v", err)
				}
			}
			c.mustSignIn(email, password)
		})
	}
}

func manyAttributes(n int) (schema []any) {
	for i := range n {
		schema = append(schema, map[string]any{"Name": fmt.Sprint("a", i), "AttributeDataType": "String"})
	}
	return schema
}

func TestPoolTierUnderRotation(t *testing.T) {
	t.Parallel()
	c := newCloudOf(t, gatehousePool(), with(gatehouseClient(), props{"ExplicitAuthFlows": []any{"ALLOW_USER_SRP_AUTH"}, "RefreshTokenRotation": map[string]any{"Feature": "ENABLED"}}))
	err := c.update(typePool, c.pool, gatehousePool(), with(gatehousePool(), props{"UserPoolTier": "LITE"}))
	if want := "TierChangeNotAllowedException: The user pool tier cannot be changed to LITE while refresh token rotation is in use."; said(err) != want {
		t.Errorf("\ngot  %s\nwant %s", said(err), want)
	}
}

// plainProps is p as the engine hands it over: JSON's own types all through.
func plainProps(p props) props {
	data, err := json.Marshal(p)
	if err != nil {
		panic(err)
	}
	var plain props
	if err := json.Unmarshal(data, &plain); err != nil {
		panic(err)
	}
	return plain
}

// TestWhatAnUpdateLeavesOut: most settings go silently back to their defaults, the
// password policy and the tier do not.
func TestWhatAnUpdateLeavesOut(t *testing.T) {
	t.Parallel()
	old := with(gatehousePool(), props{
		"DeletionProtection": "ACTIVE", "UserPoolTier": "ESSENTIALS",
		"Policies": map[string]any{"PasswordPolicy": map[string]any{"MinimumLength": 20.0, "PasswordHistorySize": 2.0}},
	})
	c := newCloudOf(t, old, gatehouseClient())
	bare := props{"UsernameAttributes": old["UsernameAttributes"], "UsernameConfiguration": old["UsernameConfiguration"]}
	if err := c.update(typePool, c.pool, old, bare); err != nil {
		t.Fatal(err)
	}
	if _, err := c.signUp(email, password); said(err) != "InvalidPasswordException: Password did not conform with policy: Password not long enough" {
		t.Errorf("the password policy: %v", err)
	}
	out, err := c.signUp(email, strings.Repeat("a", 20))
	if err != nil || out.CodeDeliveryDetails != nil {
		t.Errorf("AutoVerifiedAttributes: %+v, %v", out, err)
	}
	if err := c.update(typePool, c.pool, bare, with(bare, props{"UserPoolTier": "LITE"})); !strings.HasPrefix(said(err), "TierChangeNotAllowedException: ") {
		t.Errorf("the history: %v", err)
	}
	c.remove(typePool, c.pool, bare) // DeletionProtection went, too
}

func TestClientUpdate(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.register(email, password)
	old := with(gatehouseClient(), props{"UserPoolId": c.pool})
	if err := c.update(typeClient, c.client, old, props{"UserPoolId": c.pool, "AccessTokenValidity": 12.0}); err != nil {
		t.Fatal(err)
	}
	c.start()
	if tokens := c.mustSignIn(email, password); tokens.ExpiresIn != 12*3600 {
		t.Errorf("the access token expires in %d s", tokens.ExpiresIn)
	}
	if _, err := c.signIn("nobody@example.com", password); said(err) != "UserNotFoundException: User does not exist." {
		t.Errorf("PreventUserExistenceErrors is back to LEGACY: %v", err)
	}
	for property, value := range map[string]any{"WriteAttributes": []any{"email_verified"}, "ReadAttributes": []any{"custom:none"}} {
		if err := c.update(typeClient, c.client, old, with(old, props{property: value})); !strings.HasPrefix(said(err), "InvalidParameterException: Invalid ") {
			t.Errorf("%s: %v", property, err)
		}
	}
}

func TestDelete(t *testing.T) {
	t.Parallel()
	c := newCloudOf(t, with(gatehousePool(), props{"DeletionProtection": "ACTIVE"}), gatehouseClient())
	kept := newCloudFrom(c, gatehousePool(), gatehouseClient())
	for _, cloud := range []*cloud{c, kept} {
		cloud.register(email, password)
		cloud.mustSignIn(email, password)
	}
	drop := func() error {
		return c.handler(typePool).Delete(context.Background(), resource.Request{PhysicalID: c.pool})
	}
	if err := drop(); said(err) != "InvalidParameterException: The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first." {
		t.Errorf("with deletion protection: %v", err)
	}
	if err := c.update(typePool, c.pool, nil, gatehousePool()); err != nil {
		t.Fatal(err)
	}
	domain := props{"UserPoolId": c.pool, "Domain": "shop"}
	c.create(typeDomain, domain)
	if err := drop(); said(err) != "InvalidParameterException: User pool cannot be deleted. It has a domain configured that should be deleted first." {
		t.Errorf("with a domain: %v", err)
	}
	c.remove(typeDomain, "shop", domain)
	for range 2 { // what is gone already is no error
		if err := drop(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.signIn(email, password); !strings.HasPrefix(said(err), "ResourceNotFoundException: User pool client") {
		t.Errorf("its client: %v", err)
	}
	var state strings.Builder
	if err := c.dump(&state); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(state.String()) {
		if strings.Contains(line, c.pool) && !regexp.MustCompile(`^[0-9a-f]{16}/`).MatchString(line) { // the order of expiry clears itself
			t.Errorf("this is left: %s", line)
		}
	}
	kept.mustSignIn(email, password) // the other pool is untouched
	c.remove(typeClient, c.client, props{"UserPoolId": c.pool})
	c.remove(typeGroup, "admins", props{"UserPoolId": c.pool})
	c.remove(typeDomain, "shop", domain)
}

// newCloudFrom is another pool in the same Cognito.
func newCloudFrom(c *cloud, pool, client props) *cloud {
	other := *c
	other.pool = other.create(typePool, pool).PhysicalID
	other.client = other.create(typeClient, with(client, props{"UserPoolId": other.pool})).PhysicalID
	return &other
}

func TestDomainsAreTakenOnce(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	other := newCloudFrom(c, gatehousePool(), gatehouseClient())
	c.create(typeDomain, props{"UserPoolId": c.pool, "Domain": "shop"})
	for want, p := range map[string]props{
		"InvalidParameterException: Domain already associated with another user pool.": {"UserPoolId": other.pool, "Domain": "shop"},
		"InvalidParameterException: User pool already has a domain configured.":        {"UserPoolId": c.pool, "Domain": "shop2"},
	} {
		if _, err := c.handler(typeDomain).Create(context.Background(), resource.Request{Properties: p}); said(err) != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// TestRecover: what an interrupted attempt made is removed, what another made stays.
func TestRecover(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	group := props{"UserPoolId": c.pool, "GroupName": "admins"}
	domain := props{"UserPoolId": c.pool, "Domain": "shop"}
	c.create(typeGroup, group)
	c.create(typeDomain, domain)
	c.start()
	attempt := func(kind, token string, p props) {
		t.Helper()
		if err := c.handler(kind).(resource.Recoverer).Recover(context.Background(), resource.Request{Token: token, Properties: p}); err != nil {
			t.Fatal(err)
		}
	}
	all := []struct {
		kind string
		p    props
	}{{typeGroup, group}, {typeDomain, domain}, {typeClient, props{"UserPoolId": c.pool}}, {typePool, gatehousePool()}}
	for _, r := range all {
		attempt(r.kind, "another attempt", r.p)
	}
	c.register(email, password) // all is there
	for _, r := range all {
		attempt(r.kind, r.kind, r.p) // the harness uses the type's name as token
	}
	if _, err := c.signUp("b@example.com", password); !strings.HasPrefix(said(err), "ResourceNotFoundException: User pool client") {
		t.Errorf("the client: %v", err)
	}
	if _, err := c.api.AdminGetUser(c.ctx(), &cip.AdminGetUserInput{UserPoolId: &c.pool, Username: new(email)}); said(err) != "ResourceNotFoundException: User pool "+c.pool+" does not exist." {
		t.Errorf("the pool: %v", err)
	}
}
