package smoke

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/local/cognito/srp"
)

// UserPool is the part of the Cognito client that a smoke test uses.
type UserPool interface {
	SignUp(context.Context, *cognito.SignUpInput, ...func(*cognito.Options)) (*cognito.SignUpOutput, error)
	AdminConfirmSignUp(context.Context, *cognito.AdminConfirmSignUpInput, ...func(*cognito.Options)) (*cognito.AdminConfirmSignUpOutput, error)
	InitiateAuth(context.Context, *cognito.InitiateAuthInput, ...func(*cognito.Options)) (*cognito.InitiateAuthOutput, error)
	RespondToAuthChallenge(context.Context, *cognito.RespondToAuthChallengeInput, ...func(*cognito.Options)) (*cognito.RespondToAuthChallengeOutput, error)
	GetUser(context.Context, *cognito.GetUserInput, ...func(*cognito.Options)) (*cognito.GetUserOutput, error)
	DeleteUser(context.Context, *cognito.DeleteUserInput, ...func(*cognito.Options)) (*cognito.DeleteUserOutput, error)
	AdminDeleteUser(context.Context, *cognito.AdminDeleteUserInput, ...func(*cognito.Options)) (*cognito.AdminDeleteUserOutput, error)
}

var _ UserPool = (*cognito.Client)(nil)

const (
	stepRegister = "Somebody registers"
	stepConfirm  = "The account is confirmed"
	stepSignIn   = "They sign in over SRP"
	stepDelete   = "The account is deleted"
)

// user goes the way of somebody new: registers, is confirmed, signs in, leaves.
func (r *run) user(ctx context.Context) {
	why := ""
	switch {
	case r.NoUser:
		why = "asked for no user"
	case !r.Config.Auth.SelfSignUp:
		why = "auth.selfSignUp is false: nobody can register, and what an administrator creates would need a password set by one"
	}
	if why != "" {
		for _, name := range []string{stepRegister, stepConfirm, stepSignIn, stepDelete} {
			r.skip(name, why)
		}
		return
	}
	v, err := r.newVisitor()
	if err != nil {
		r.step(stepRegister, func() error { return err })
		return
	}
	// From here on there may be a user, also where an answer was lost.
	defer r.step(stepDelete, func() error { return v.leave(context.WithoutCancel(ctx)) })
	steps := []struct {
		name string
		work func(context.Context) error
	}{{stepRegister, v.register}, {stepConfirm, v.confirm}, {stepSignIn, v.signIn}}
	for i, s := range steps {
		passed := r.step(s.name, func() error {
			ctx, cancel := context.WithTimeout(ctx, requestTimeout)
			defer cancel()
			return s.work(ctx)
		})
		if !passed {
			for _, rest := range steps[i+1:] {
				r.skip(rest.name, "after what failed")
			}
			return
		}
	}
}

// visitor is the throw-away user.
type visitor struct {
	run             *run
	email, password string
	accessToken     string // once signed in
	registered      bool
}

// newVisitor makes up somebody. The address is SES's mailbox simulator, which takes
// any label and counts for nobody's sending quota or reputation:
// https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html#send-email-simulator
func (r *run) newVisitor() (*visitor, error) {
	random := make([]byte, 8+50)
	if _, err := io.ReadFull(r.Rand, random); err != nil {
		return nil, fmt.Errorf("reading randomness: %w", err)
	}
	rule := r.Config.Auth.Password
	length := max(rule.MinLength, 24) - len(everyClass)
	return &visitor{
		run:      r,
		email:    "success+gatehouse-smoke-" + hex.EncodeToString(random[:8]) + "@simulator.amazonses.com",
		password: everyClass + hex.EncodeToString(random[8:])[:length],
	}, nil
}

// everyClass begins the password: whatever the policy requires is in it.
const everyClass = "Aa1!"

// register signs up, as the site's pages do.
func (v *visitor) register(ctx context.Context) error {
	out := v.run.Outputs
	attributes := []types.AttributeType{}
	for _, name := range out.RequiredAttributes {
		attributes = append(attributes, types.AttributeType{Name: &name, Value: new(v.run.valueOf(name))})
	}
	_, err := v.run.Users.SignUp(ctx, &cognito.SignUpInput{
		ClientId: &out.UserPoolClientID, Username: &v.email, Password: &v.password, UserAttributes: attributes,
	})
	v.registered = err == nil
	return err
}

// valueOf is a value that Cognito takes for a standard attribute:
// https://openid.net/specs/openid-connect-core-1_0.html#StandardClaims
func (r *run) valueOf(attribute string) string {
	switch attribute {
	case "birthdate":
		return "2000-01-31"
	case "updated_at":
		return strconv.FormatInt(r.Now().Unix(), 10)
	case "phone_number":
		return "+15555550100" // of those kept for fiction
	case "locale":
		return "en-US"
	case "zoneinfo":
		return "Etc/UTC"
	case "picture", "profile", "website":
		return "https://example.com/"
	}
	return "Smoke test"
}

// confirm does what the code in the mail would.
func (v *visitor) confirm(ctx context.Context) error {
	_, err := v.run.Users.AdminConfirmSignUp(ctx, &cognito.AdminConfirmSignUpInput{UserPoolId: &v.run.Outputs.UserPoolID, Username: &v.email})
	return err
}

// signIn signs in without sending the password, and asks Cognito who that was.
func (v *visitor) signIn(ctx context.Context) error {
	users, out := v.run.Users, v.run.Outputs
	proof, err := srp.NewClient(v.run.Rand)
	if err != nil {
		return err
	}
	begun, err := users.InitiateAuth(ctx, &cognito.InitiateAuthInput{
		ClientId: &out.UserPoolClientID, AuthFlow: types.AuthFlowTypeUserSrpAuth,
		AuthParameters: map[string]string{"USERNAME": v.email, "SRP_A": proof.A()},
	})
	if err != nil {
		return err
	}
	if begun.ChallengeName != types.ChallengeNameTypePasswordVerifier {
		return fmt.Errorf("cognito asks for %q; want %s", begun.ChallengeName, types.ChallengeNameTypePasswordVerifier)
	}
	given, timestamp := begun.ChallengeParameters, srp.FormatTimestamp(v.run.Now())
	_, poolName, _ := strings.Cut(out.UserPoolID, "_")
	signature, err := proof.Sign(poolName, given["USER_ID_FOR_SRP"], v.password, given["SALT"], given["SRP_B"], given["SECRET_BLOCK"], timestamp)
	if err != nil {
		return err
	}
	answer, err := users.RespondToAuthChallenge(ctx, &cognito.RespondToAuthChallengeInput{
		ClientId: &out.UserPoolClientID, ChallengeName: begun.ChallengeName,
		ChallengeResponses: map[string]string{
			"USERNAME": given["USERNAME"], "PASSWORD_CLAIM_SECRET_BLOCK": given["SECRET_BLOCK"],
			"PASSWORD_CLAIM_SIGNATURE": signature, "TIMESTAMP": timestamp,
		},
	})
	if err != nil {
		return err
	}
	if answer.AuthenticationResult == nil {
		return fmt.Errorf("cognito asks for %q; want tokens", answer.ChallengeName)
	}
	v.accessToken = aws.ToString(answer.AuthenticationResult.AccessToken)
	who, err := users.GetUser(ctx, &cognito.GetUserInput{AccessToken: &v.accessToken})
	if err != nil {
		return err
	}
	for _, a := range who.UserAttributes {
		if aws.ToString(a.Name) == "email" && aws.ToString(a.Value) == v.email {
			return nil
		}
	}
	return fmt.Errorf("the tokens are not those of %s", v.email)
}

// leave deletes the account: as its owner if signed in, else as an administrator.
func (v *visitor) leave(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, cleanUpTimeout)
	defer cancel()
	if v.accessToken != "" {
		if _, err := v.run.Users.DeleteUser(ctx, &cognito.DeleteUserInput{AccessToken: &v.accessToken}); err == nil {
			return nil
		}
	}
	_, err := v.run.Users.AdminDeleteUser(ctx, &cognito.AdminDeleteUserInput{UserPoolId: &v.run.Outputs.UserPoolID, Username: &v.email})
	if _, gone := errors.AsType[*types.UserNotFoundException](err); gone && (v.accessToken != "" || !v.registered) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%s may be left in the pool %s: %w", v.email, v.run.Outputs.UserPoolID, err)
	}
	return nil
}
