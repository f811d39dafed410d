package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/jsii-runtime-go"

	"gatehouse/config"
)

// newSiteClient declares the client that the site's pages use. It is public: code
// in a browser keeps no secret. Passwords never travel (SRP), strangers cannot
// ask who has an account, and nobody signs in through an OAuth redirect.
func newSiteClient(stack awscdk.Stack, pool awscognito.UserPool, cfg config.Config) awscognito.UserPoolClient {
	tokens := cfg.Auth.Tokens
	return awscognito.NewUserPoolClient(stack, new(idClient), &awscognito.UserPoolClientProps{
		UserPool:                                 pool,
		UserPoolClientName:                       new("site"),
		GenerateSecret:                           new(false),
		AuthFlows:                                &awscognito.AuthFlow{UserSrp: new(true)}, // and refresh, which the L2 adds
		AuthSessionValidity:                      awscdk.Duration_Minutes(jsii.Number(3)),  // to answer a challenge; Cognito's least
		DisableOAuth:                             new(true),
		PreventUserExistenceErrors:               new(true),
		EnableTokenRevocation:                    new(true),
		EnablePropagateAdditionalUserContextData: new(false), // only a client with a secret may have it
		SupportedIdentityProviders:               &[]awscognito.UserPoolClientIdentityProvider{awscognito.UserPoolClientIdentityProvider_COGNITO()},
		AccessTokenValidity:                      validity(tokens.Access),
		IdTokenValidity:                          validity(tokens.ID),
		RefreshTokenValidity:                     validity(tokens.Refresh),
		ReadAttributes:                           readable(cfg.Auth.Attributes),
		WriteAttributes:                          writable(cfg.Auth.Attributes),
	})
}

func validity(l config.Lifetime) awscdk.Duration {
	return awscdk.Duration_Minutes(jsii.Number(l.Duration().Minutes()))
}

// readable are the attributes that a signed-in person's tokens may show.
func readable(a config.Attributes) awscognito.ClientAttributes {
	standard := standardAttributes()
	standard.EmailVerified, standard.PhoneNumberVerified = new(true), new(true)
	attributes := awscognito.NewClientAttributes().WithStandardAttributes(standard)
	for _, c := range a.Custom {
		attributes = attributes.WithCustomAttributes(new(c.Name))
	}
	return attributes
}

// writable are the attributes that people may set themselves. A custom attribute
// is among them only when the configuration says so: else a person could give
// themselves the plan or the role that it stands for.
func writable(a config.Attributes) awscognito.ClientAttributes {
	attributes := awscognito.NewClientAttributes().WithStandardAttributes(standardAttributes())
	for _, c := range a.Custom {
		if c.Writable {
			attributes = attributes.WithCustomAttributes(new(c.Name))
		}
	}
	return attributes
}

// standardAttributes are those that Cognito lets every client read and write when
// nothing is said.
func standardAttributes() *awscognito.StandardAttributesMask {
	return &awscognito.StandardAttributesMask{
		Address: new(true), Birthdate: new(true), Email: new(true), FamilyName: new(true), Fullname: new(true),
		Gender: new(true), GivenName: new(true), LastUpdateTime: new(true), Locale: new(true), MiddleName: new(true),
		Nickname: new(true), PhoneNumber: new(true), PreferredUsername: new(true), ProfilePage: new(true),
		ProfilePicture: new(true), Timezone: new(true), Website: new(true),
	}
}
