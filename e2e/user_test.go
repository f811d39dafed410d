//go:build e2e

package e2e_test

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/local"
	"gatehouse/local/cognito/srp"
	"gatehouse/local/mail"
)

// password fulfils every policy that the tests deploy.
const password = "Correct-Horse-9-Battery!"

// user is somebody with an e-mail address of their own, seen through the AWS SDK.
type user struct {
	t      *testing.T
	cloud  cloud
	client *cognitoidentityprovider.Client
	id     string // the app client's id
	email  string
}

func newUser(t *testing.T, cloud cloud, clientID string) user {
	return user{t, cloud, cognitoidentityprovider.New(cognitoidentityprovider.Options{
		Region: local.DefaultRegion, BaseEndpoint: new(cloud.AWSURL()),
	}), clientID, strings.ToLower(rand.Text()) + "@example.com"}
}

// register signs the user up and confirms with the code from the mailbox.
func (u user) register() {
	u.t.Helper()
	if _, err := u.client.SignUp(u.t.Context(), &cognitoidentityprovider.SignUpInput{
		ClientId: &u.id, Username: &u.email, Password: new(password),
		UserAttributes: []types.AttributeType{{Name: new("name"), Value: new("Ada")}},
	}); err != nil {
		u.t.Fatal(err)
	}
	code := latestMail(u.t, u.cloud, u.email, "SignUp").Code
	if _, err := u.client.ConfirmSignUp(u.t.Context(), &cognitoidentityprovider.ConfirmSignUpInput{
		ClientId: &u.id, Username: &u.email, ConfirmationCode: &code,
	}); err != nil {
		u.t.Fatal(err)
	}
}

// signIn signs in over SRP.
func (u user) signIn() *types.AuthenticationResultType {
	u.t.Helper()
	proof, err := srp.NewClient(rand.Reader)
	if err != nil {
		u.t.Fatal(err)
	}
	begun, err := u.client.InitiateAuth(u.t.Context(), &cognitoidentityprovider.InitiateAuthInput{
		ClientId: &u.id, AuthFlow: types.AuthFlowTypeUserSrpAuth,
		AuthParameters: map[string]string{"USERNAME": u.email, "SRP_A": proof.A()},
	})
	if err != nil {
		u.t.Fatal(err)
	}
	given := begun.ChallengeParameters
	pool := u.poolName()
	timestamp := srp.FormatTimestamp(time.Now())
	signature, err := proof.Sign(pool, given["USER_ID_FOR_SRP"], password, given["SALT"], given["SRP_B"], given["SECRET_BLOCK"], timestamp)
	if err != nil {
		u.t.Fatal(err)
	}
	answer, err := u.client.RespondToAuthChallenge(u.t.Context(), &cognitoidentityprovider.RespondToAuthChallengeInput{
		ClientId: &u.id, ChallengeName: begun.ChallengeName,
		ChallengeResponses: map[string]string{
			"USERNAME": given["USERNAME"], "PASSWORD_CLAIM_SECRET_BLOCK": given["SECRET_BLOCK"],
			"PASSWORD_CLAIM_SIGNATURE": signature, "TIMESTAMP": timestamp,
		},
	})
	if err != nil {
		u.t.Fatalf("%s cannot sign in: %v", u.email, err)
	}
	return answer.AuthenticationResult
}

// poolName is the part of the pool's id after "_", as the site's configuration tells it.
func (u user) poolName() string {
	u.t.Helper()
	resp, err := http.Get(u.cloud.SiteURL() + "/amplify_outputs.json")
	if err != nil {
		u.t.Fatal(err)
	}
	defer resp.Body.Close()
	var outputs struct {
		Auth struct {
			UserPoolID string `json:"user_pool_id"`
		}
	}
	if err := json.NewDecoder(resp.Body).Decode(&outputs); err != nil {
		u.t.Fatalf("amplify_outputs.json (%s): %v", resp.Status, err)
	}
	_, name, _ := strings.Cut(outputs.Auth.UserPoolID, "_")
	return name
}

// latestMail waits for a message to somebody.
func latestMail(t *testing.T, cloud cloud, to, trigger string) mail.Message {
	t.Helper()
	query := url.Values{"to": {to}, "trigger": {trigger}, "wait": {"10s"}}
	resp, err := http.Get(cloud.MailboxURL() + "/messages/latest?" + query.Encode())
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("no message to %s for %s: %s", to, trigger, resp.Status)
	}
	var m mail.Message
	if err := json.NewDecoder(resp.Body).Decode(&m); err != nil {
		t.Fatal(err)
	}
	return m
}
