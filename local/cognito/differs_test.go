package cognito_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// Each test here pins a line of DIFFERENCES.md: what AWS would do otherwise.

func TestDiffersNoDailyMailLimit(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	for i := range 51 { // AWS: 50 a day, then LimitExceededException
		if _, err := c.signUp(fmt.Sprintf("user%d@example.com", i), password); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(c.mail.all()); n != 51 {
		t.Errorf("%d mails were sent", n)
	}
}

func TestDiffersSignaturesAreNotVerified(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.register(email, password)
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(fmt.Sprintf(`{"UserPoolId":%q,"Username":%q}`, c.pool, email)))
	r.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService.AdminGetUser")
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=x/20260405/us-east-1/cognito-idp/aws4_request, SignedHeaders=host, Signature=00")
	w := httptest.NewRecorder()
	c.service.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		t.Errorf("answered %d %s", w.Code, w.Body)
	}
}

func TestDiffersLinksLeadToTheEndpoint(t *testing.T) {
	t.Parallel()
	c := newCloudOf(t, with(gatehousePool(), props{"VerificationMessageTemplate": map[string]any{"DefaultEmailOption": "CONFIRM_WITH_LINK"}}), gatehouseClient())
	c.create(typeDomain, props{"UserPoolId": c.pool, "Domain": "shop"})
	if _, err := c.signUp(email, password); err != nil {
		t.Fatal(err)
	}
	if link := c.mail.last(t).Link; !strings.HasPrefix(link, c.server.URL+"/confirmUser?client_id="+c.client) { // AWS: https://shop.auth.us-east-1.amazoncognito.com/confirmUser
		t.Errorf("the link is %s", link)
	}
}

func TestDiffersKeysAreServedLocally(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	var got struct {
		Issuer  string `json:"issuer"`
		JWKSURI string `json:"jwks_uri"`
	}
	c.getJSON("/"+c.pool+"/.well-known/openid-configuration", &got)
	if strings.HasPrefix(got.JWKSURI, got.Issuer) || !strings.HasPrefix(got.JWKSURI, c.server.URL) {
		t.Errorf("got %+v", got)
	}
}

func TestDiffersNoOAuthEndpoints(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	var got map[string]any
	c.getJSON("/"+c.pool+"/.well-known/openid-configuration", &got)
	for name := range got {
		if strings.HasSuffix(name, "_endpoint") {
			t.Errorf("it names %s", name)
		}
	}
}

func TestDiffersNoQuotasPerSecond(t *testing.T) {
	t.Parallel()
	c := newCloud(t) // whose clock stands still: all of this is one moment
	c.register(email, password)
	token := c.mustSignIn(email, password).AccessToken
	for range 200 { // AWS: 120 a second in an account
		if _, err := c.api.GetUser(c.ctx(), &cip.GetUserInput{AccessToken: token}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestDiffersResetsAreNotJudgedByRisk(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.register(email, password)
	ask := func() error {
		_, err := c.api.ForgotPassword(c.ctx(), &cip.ForgotPasswordInput{ClientId: &c.client, Username: new(email)})
		return err
	}
	for range 20 {
		if err := ask(); err != nil {
			t.Fatal(err)
		}
	}
	if err := ask(); said(err) != "LimitExceededException: Attempt limit exceeded, please try after some time." {
		t.Errorf("the 21st: %v", err)
	}
}
