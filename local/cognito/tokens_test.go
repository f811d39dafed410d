package cognito_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// keySet fetches the pool's published keys.
func (c *cloud) keySet() jose.JSONWebKeySet {
	c.t.Helper()
	var set jose.JSONWebKeySet
	c.getJSON("/"+c.pool+"/.well-known/jwks.json", &set)
	return set
}

func (c *cloud) getJSON(path string, into any) {
	c.t.Helper()
	res, err := http.Get(c.server.URL + path)
	if err != nil {
		c.t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	if err := errors.Join(err, res.Body.Close()); err != nil {
		c.t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "application/json" || res.Header.Get("Access-Control-Allow-Origin") != "*" {
		c.t.Fatalf("GET %s: %s %v %s", path, res.Status, res.Header, body)
	}
	if err := json.Unmarshal(body, into); err != nil {
		c.t.Fatal(err)
	}
}

// claims verifies a token with the published keys and returns what it says.
func (c *cloud) claims(token *string) map[string]any {
	c.t.Helper()
	parsed, err := jwt.ParseSigned(*token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		c.t.Fatal(err)
	}
	if h := parsed.Headers[0]; h.KeyID == "" || h.Algorithm != "RS256" || len(h.ExtraHeaders) != 0 {
		c.t.Errorf("the header is %+v", h)
	}
	var claims map[string]any
	if err := parsed.Claims(c.keySet(), &claims); err != nil {
		c.t.Fatalf("the signature: %v", err)
	}
	return claims
}

func TestTokens(t *testing.T) {
	t.Parallel()
	c := newCloudOf(t, with(gatehousePool(), props{"Schema": []any{
		map[string]any{"Name": "tier", "AttributeDataType": "Number", "Mutable": true},
		map[string]any{"Name": "address", "AttributeDataType": "String", "Mutable": true},
	}}), with(gatehouseClient(), props{
		"AccessTokenValidity": 30.0, "IdTokenValidity": "45", "TokenValidityUnits": map[string]any{"AccessToken": "minutes", "IdToken": "minutes"},
	}))
	for i, name := range []string{"readers", "admins", "owners"} {
		c.create("AWS::Cognito::UserPoolGroup", props{"UserPoolId": c.pool, "GroupName": name, "Precedence": float64(10 - i), "RoleArn": "arn:aws:iam::1:role/" + name})
	}
	sub := c.register(email, password, attribute("custom:tier", "7"), attribute("address", "1 High Street"))
	for _, name := range []string{"readers", "admins"} {
		if _, err := c.api.AdminAddUserToGroup(c.ctx(), &cip.AdminAddUserToGroupInput{UserPoolId: &c.pool, Username: new(email), GroupName: &name}); err != nil {
			t.Fatal(err)
		}
	}
	result := c.mustSignIn(email, password)
	if result.ExpiresIn != 1800 || *result.TokenType != "Bearer" || result.NewDeviceMetadata != nil {
		t.Errorf("the result is %+v", result)
	}
	access, id := c.claims(result.AccessToken), c.claims(result.IdToken)
	now := float64(c.clock.Now().Unix())
	iss := "https://cognito-idp.us-east-1.amazonaws.com/" + c.pool
	for name, tc := range map[string]struct{ got, want map[string]any }{
		"access": {access, map[string]any{
			"sub": sub, "iss": iss, "client_id": c.client, "origin_jti": id["origin_jti"], "event_id": id["event_id"], "token_use": "access",
			"scope": "aws.cognito.signin.user.admin", "auth_time": now, "exp": now + 1800, "iat": now, "jti": access["jti"], "username": sub,
			"cognito:groups": []any{"admins", "readers"},
		}},
		"id": {id, map[string]any{
			"sub": sub, "iss": iss, "aud": c.client, "origin_jti": access["origin_jti"], "event_id": access["event_id"], "token_use": "id",
			"auth_time": now, "exp": now + 2700, "iat": now, "jti": id["jti"], "cognito:username": sub, "email": email, "email_verified": true,
			"cognito:groups": []any{"admins", "readers"}, "cognito:roles": []any{"arn:aws:iam::1:role/admins", "arn:aws:iam::1:role/readers"},
			"cognito:preferred_role": "arn:aws:iam::1:role/admins", "custom:tier": "7", "address": map[string]any{"formatted": "1 High Street"},
		}},
	} {
		got, _ := json.MarshalIndent(tc.got, "", " ")
		want, _ := json.MarshalIndent(tc.want, "", " ")
		if string(got) != string(want) {
			t.Errorf("%s token\ngot  %s\nwant %s", name, got, want)
		}
	}
	if access["jti"] == id["jti"] || access["jti"] == access["origin_jti"] || access["jti"] == nil || access["origin_jti"] == nil {
		t.Errorf("the ids are not apart: %v, %v, %v", access["jti"], id["jti"], access["origin_jti"])
	}
	set := c.keySet()
	if len(set.Keys) != 2 || set.Keys[0].KeyID == set.Keys[1].KeyID || set.Keys[0].Algorithm != "RS256" || set.Keys[0].Use != "sig" || !set.Keys[0].IsPublic() {
		t.Errorf("the key set is %+v", set)
	}
}

func TestGroupsThatAreMadeAgainHaveNoMembers(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.register(email, password)
	group := props{"UserPoolId": c.pool, "GroupName": "admins"}
	c.create("AWS::Cognito::UserPoolGroup", group)
	in := &cip.AdminAddUserToGroupInput{UserPoolId: &c.pool, Username: new(email), GroupName: new("admins")}
	if _, err := c.api.AdminAddUserToGroup(c.ctx(), in); err != nil {
		t.Fatal(err)
	}
	if groups := c.claims(c.mustSignIn(email, password).IdToken)["cognito:groups"]; len(groups.([]any)) != 1 {
		t.Errorf("the groups are %v", groups)
	}
	c.remove("AWS::Cognito::UserPoolGroup", "admins", group)
	if _, err := c.api.AdminAddUserToGroup(c.ctx(), in); said(err) != "ResourceNotFoundException: Group not found." {
		t.Errorf("a group that is gone: %v", err)
	}
	c.create("AWS::Cognito::UserPoolGroup", group)
	if groups, found := c.claims(c.mustSignIn(email, password).IdToken)["cognito:groups"]; found {
		t.Errorf("the groups are %v", groups)
	}
	if _, err := c.api.AdminAddUserToGroup(c.ctx(), in); err != nil {
		t.Fatal(err)
	}
	if _, err := c.api.AdminRemoveUserFromGroup(c.ctx(), &cip.AdminRemoveUserFromGroupInput{UserPoolId: &c.pool, Username: new(email), GroupName: new("admins")}); err != nil {
		t.Fatal(err)
	}
	if groups, found := c.claims(c.mustSignIn(email, password).IdToken)["cognito:groups"]; found {
		t.Errorf("after leaving, the groups are %v", groups)
	}
}

func (c *cloud) refresh(token *string) (*types.AuthenticationResultType, error) {
	out, err := c.api.GetTokensFromRefreshToken(c.ctx(), &cip.GetTokensFromRefreshTokenInput{ClientId: &c.client, RefreshToken: token})
	if err != nil {
		return nil, err
	}
	return out.AuthenticationResult, nil
}

func (c *cloud) refreshAuth(token *string) (*types.AuthenticationResultType, error) {
	out, err := c.api.InitiateAuth(c.ctx(), &cip.InitiateAuthInput{ClientId: &c.client, AuthFlow: types.AuthFlowTypeRefreshTokenAuth, AuthParameters: map[string]string{"REFRESH_TOKEN": *token}})
	if err != nil {
		return nil, err
	}
	return out.AuthenticationResult, nil
}

func TestRefresh(t *testing.T) {
	t.Parallel()
	for name, refresh := range map[string]func(*cloud, *string) (*types.AuthenticationResultType, error){
		"GetTokensFromRefreshToken": (*cloud).refresh, "REFRESH_TOKEN_AUTH": (*cloud).refreshAuth,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCloud(t)
			c.register(email, password)
			first := c.mustSignIn(email, password)
			before := c.claims(first.AccessToken)
			c.clock.forward(2 * time.Hour)
			if _, err := c.api.GetUser(c.ctx(), &cip.GetUserInput{AccessToken: first.AccessToken}); said(err) != "NotAuthorizedException: Access Token has expired" {
				t.Errorf("an old access token: %v", err)
			}
			c.start() // sessions survive a restart
			second, err := refresh(c, first.RefreshToken)
			if err != nil {
				t.Fatal(err)
			}
			if second.RefreshToken != nil {
				t.Error("a new refresh token came without rotation")
			}
			after := c.claims(second.AccessToken)
			for _, claim := range []string{"sub", "auth_time", "origin_jti", "event_id"} {
				if before[claim] != after[claim] {
					t.Errorf("%s changed from %v to %v", claim, before[claim], after[claim])
				}
			}
			if before["jti"] == after["jti"] || before["iat"] == after["iat"] {
				t.Errorf("jti and iat stayed: %v", after)
			}
			c.attributes(second.AccessToken)
			for claim, token := range map[string]*string{"an access token": first.AccessToken, "an altered token": new((*first.RefreshToken)[:80] + "AAAA" + (*first.RefreshToken)[84:]), "nonsense": new("x")} {
				if _, err := refresh(c, token); said(err) != "NotAuthorizedException: Invalid Refresh Token" {
					t.Errorf("%s: %v", claim, err)
				}
			}
			c.clock.forward(30*24*time.Hour - 2*time.Hour)
			if _, err := refresh(c, first.RefreshToken); said(err) != "NotAuthorizedException: Refresh Token has expired" {
				t.Errorf("after 30 days: %v", err)
			}
		})
	}
}

func TestRefreshTokenOfAnotherClient(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.register(email, password)
	tokens := c.mustSignIn(email, password)
	c.client = c.create("AWS::Cognito::UserPoolClient", with(gatehouseClient(), props{"UserPoolId": c.pool})).PhysicalID
	if _, err := c.refresh(tokens.RefreshToken); said(err) != "NotAuthorizedException: Invalid Refresh Token" {
		t.Errorf("got %v", err)
	}
}

func TestRotation(t *testing.T) {
	t.Parallel()
	rotating := with(gatehouseClient(), props{
		"ExplicitAuthFlows":    []any{"ALLOW_USER_SRP_AUTH"},
		"RefreshTokenRotation": map[string]any{"Feature": "ENABLED", "RetryGracePeriodSeconds": 10.0},
	})
	const reused = "RefreshTokenReuseException: Refresh Token has been rotated and cannot be used again"
	c := newCloudOf(t, gatehousePool(), rotating)
	c.register(email, password)
	first := c.mustSignIn(email, password).RefreshToken
	if _, err := c.refreshAuth(first); said(err) != "InvalidParameterException: REFRESH_TOKEN_AUTH flow not enabled for this client" {
		t.Errorf("REFRESH_TOKEN_AUTH: %v", err)
	}
	second, err := c.refresh(first)
	if err != nil || second.RefreshToken == nil || *second.RefreshToken == *first {
		t.Fatalf("got %v, %v", second, err)
	}
	c.clock.forward(10*time.Second - 1)
	if again, err := c.refresh(first); err != nil || again.RefreshToken == nil {
		t.Errorf("a retry within the grace period: %v", err)
	}
	c.clock.forward(1)
	if _, err := c.refresh(first); said(err) != reused {
		t.Errorf("after the grace period: %v", err)
	}
	third, err := c.refresh(second.RefreshToken)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.refresh(first); said(err) != reused {
		t.Errorf("a token from two rotations ago: %v", err)
	}
	c.clock.forward(30*24*time.Hour - 10*time.Second)
	if _, err := c.refresh(third.RefreshToken); said(err) != "NotAuthorizedException: Refresh Token has expired" {
		t.Errorf("rotation does not lengthen the session: %v", err)
	}
	t.Run("without grace, of many at once one is served", func(t *testing.T) {
		c := newCloudOf(t, gatehousePool(), with(rotating, props{"RefreshTokenRotation": map[string]any{"Feature": "ENABLED"}}))
		c.register(email, password)
		first := c.mustSignIn(email, password).RefreshToken
		if served := count(12, "", func(int) error { _, err := c.refresh(first); return err }); served != 1 {
			t.Errorf("%d were served", served)
		}
	})
}

func TestSignOut(t *testing.T) {
	t.Parallel()
	const revokedAccess, revokedRefresh = "NotAuthorizedException: Access Token has been revoked", "NotAuthorizedException: Refresh Token has been revoked"
	t.Run("RevokeToken ends one session", func(t *testing.T) {
		t.Parallel()
		c := newCloud(t)
		c.register(email, password)
		one, two := c.mustSignIn(email, password), c.mustSignIn(email, password)
		for range 2 { // the second time it changes nothing
			if _, err := c.api.RevokeToken(c.ctx(), &cip.RevokeTokenInput{ClientId: &c.client, Token: one.RefreshToken}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := c.api.GetUser(c.ctx(), &cip.GetUserInput{AccessToken: one.AccessToken}); said(err) != revokedAccess {
			t.Errorf("its access token: %v", err)
		}
		if _, err := c.refresh(one.RefreshToken); said(err) != revokedRefresh {
			t.Errorf("its refresh token: %v", err)
		}
		c.claims(one.AccessToken) // still verifies: that is what JWTs are
		if _, err := c.refresh(two.RefreshToken); err != nil {
			t.Errorf("the other session: %v", err)
		}
	})
	t.Run("GlobalSignOut ends every session until now", func(t *testing.T) {
		t.Parallel()
		c := newCloud(t)
		c.register(email, password)
		one, two := c.mustSignIn(email, password), c.mustSignIn(email, password)
		if _, err := c.api.GlobalSignOut(c.ctx(), &cip.GlobalSignOutInput{AccessToken: one.AccessToken}); err != nil {
			t.Fatal(err)
		}
		for _, tokens := range []*types.AuthenticationResultType{one, two} {
			if _, err := c.api.GetUser(c.ctx(), &cip.GetUserInput{AccessToken: tokens.AccessToken}); said(err) != revokedAccess {
				t.Errorf("an access token: %v", err)
			}
			if _, err := c.refresh(tokens.RefreshToken); said(err) != revokedRefresh {
				t.Errorf("a refresh token: %v", err)
			}
		}
		c.attributes(c.mustSignIn(email, password).AccessToken)
	})
	t.Run("an access token cannot be revoked", func(t *testing.T) {
		t.Parallel()
		c := newCloud(t)
		c.register(email, password)
		_, err := c.api.RevokeToken(c.ctx(), &cip.RevokeTokenInput{ClientId: &c.client, Token: c.mustSignIn(email, password).AccessToken})
		if !strings.HasPrefix(said(err), "UnsupportedTokenTypeException: ") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a client may have no revocation", func(t *testing.T) {
		t.Parallel()
		c := newCloudOf(t, gatehousePool(), with(gatehouseClient(), props{"EnableTokenRevocation": "false"}))
		c.register(email, password)
		tokens := c.mustSignIn(email, password)
		if _, found := c.claims(tokens.AccessToken)["origin_jti"]; found {
			t.Error("the token has an origin_jti")
		}
		_, err := c.api.RevokeToken(c.ctx(), &cip.RevokeTokenInput{ClientId: &c.client, Token: tokens.RefreshToken})
		if !strings.HasPrefix(said(err), "UnsupportedOperationException: ") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("DeleteUser", func(t *testing.T) {
		t.Parallel()
		c := newCloud(t)
		c.register(email, password)
		tokens := c.mustSignIn(email, password)
		if _, err := c.api.DeleteUser(c.ctx(), &cip.DeleteUserInput{AccessToken: tokens.AccessToken}); err != nil {
			t.Fatal(err)
		}
		if _, err := c.api.GetUser(c.ctx(), &cip.GetUserInput{AccessToken: tokens.AccessToken}); said(err) != "UserNotFoundException: User does not exist." {
			t.Errorf("the access token: %v", err)
		}
		if _, err := c.refresh(tokens.RefreshToken); said(err) != revokedRefresh {
			t.Errorf("the refresh token: %v", err)
		}
		if _, err := c.signIn(email, password); said(err) != incorrect {
			t.Errorf("signing in: %v", err)
		}
		c.register(email, password) // the address is free again
	})
}

func TestAccessTokensThatAreRefused(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.register(email, password)
	tokens := c.mustSignIn(email, password)
	parts := strings.Split(*tokens.AccessToken, ".")
	other := newCloud(t)
	other.register(email, password)
	for name, token := range map[string]string{
		"nonsense":                  "x",
		"the id token":              *tokens.IdToken,
		"no signature":              parts[0] + "." + parts[1] + ".",
		"alg none":                  "eyJhbGciOiJub25lIn0." + parts[1] + ".",
		"another token's signature": parts[0] + "." + parts[1] + "." + strings.Split(*tokens.IdToken, ".")[2],
		"another pool's token":      *other.mustSignIn(email, password).AccessToken,
	} {
		if _, err := c.api.GetUser(c.ctx(), &cip.GetUserInput{AccessToken: &token}); said(err) != "NotAuthorizedException: Invalid Access Token" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOpenIDConfiguration(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	var got map[string]any
	c.getJSON("/"+c.pool+"/.well-known/openid-configuration", &got)
	if got["issuer"] != "https://cognito-idp.us-east-1.amazonaws.com/"+c.pool || got["jwks_uri"] != c.server.URL+"/"+c.pool+"/.well-known/jwks.json" {
		t.Errorf("got %v", got)
	}
}

// FuzzAccessToken: no text is an access token but one that was issued.
func FuzzAccessToken(f *testing.F) {
	c := newCloud(f)
	c.register(email, password)
	tokens := c.mustSignIn(email, password)
	f.Add(*tokens.IdToken)
	f.Add(*tokens.RefreshToken)
	f.Add("eyJhbGciOiJub25lIn0.e30.")
	f.Add("")
	f.Fuzz(func(t *testing.T, token string) {
		if token == *tokens.AccessToken {
			return
		}
		for _, operation := range []string{"GetUser", "RevokeToken", "GetTokensFromRefreshToken"} {
			in := map[string]map[string]string{
				"GetUser":                   {"AccessToken": token},
				"RevokeToken":               {"ClientId": c.client, "Token": token},
				"GetTokensFromRefreshToken": {"ClientId": c.client, "RefreshToken": token},
			}[operation]
			if operation != "GetUser" && token == *tokens.RefreshToken {
				continue
			}
			body, err := json.Marshal(in)
			if err != nil {
				t.Fatal(err)
			}
			if got := c.post(t, operation, body); got.Code != http.StatusBadRequest || strings.Contains(got.Body.String(), "InternalFailure") {
				t.Errorf("%s answered %d %s", operation, got.Code, got.Body)
			}
		}
	})
}

func TestCORS(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	r, err := http.NewRequest(http.MethodOptions, c.server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	const asked = "amz-sdk-invocation-id,amz-sdk-request,cache-control,content-type,x-amz-target,x-amz-user-agent,x-my-own"
	r.Header.Set("Origin", "http://localhost:8080")
	r.Header.Set("Access-Control-Request-Method", "POST")
	r.Header.Set("Access-Control-Request-Headers", asked)
	if !c.service.Handles(r) {
		t.Error("a preflight is not for Cognito")
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK || res.Header.Get("Access-Control-Allow-Origin") != "*" || res.Header.Get("Access-Control-Allow-Headers") != asked || !slices.Contains(strings.Split(res.Header.Get("Access-Control-Allow-Methods"), ", "), "POST") {
		t.Errorf("the preflight is answered %s %v", res.Status, res.Header)
	}
	got := c.post(t, "GetUser", []byte(`{"AccessToken":"x"}`))
	if h := got.Header(); h.Get("X-Amzn-Errortype") != "NotAuthorizedException:" || h.Get("Access-Control-Allow-Origin") != "*" ||
		h.Get("Access-Control-Expose-Headers") != "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date" || got.Body.String() != `{"__type":"NotAuthorizedException","message":"Invalid Access Token"}` {
		t.Errorf("an error is answered %v %s", h, got.Body)
	}
}
