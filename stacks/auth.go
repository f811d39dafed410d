package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsssm"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"gatehouse/config"
	"gatehouse/stacks/contract"
)

// AuthProps say who may come in.
type AuthProps struct {
	Config config.Config
}

// Auth is the stack with the user pool.
type Auth struct {
	Stack  awscdk.Stack
	Pool   awscognito.UserPool
	Client awscognito.UserPoolClient
}

// NewAuth declares the auth stack in scope: a user pool that people sign up to
// and sign in to with an e-mail address, its groups, and the client that the
// site's pages use.
func NewAuth(scope constructs.Construct, p AuthProps) Auth {
	cfg := p.Config
	stack := newStack(scope, cfg, contract.StackAuth, "Sign-up and sign-in of "+cfg.Project+", environment "+cfg.Environment)
	pool := newPool(stack, cfg)
	client := newSiteClient(stack, pool, cfg)
	for _, group := range cfg.Auth.Groups {
		newGroup(stack, pool, group)
	}
	if cfg.Auth.Verification.Method == "link" {
		newVerificationDomain(stack, pool, cfg.Auth.Verification.DomainPrefix)
	}
	publish(stack, cfg, contract.OutputUserPoolID, pool.UserPoolId(), "The user pool's id")
	publish(stack, cfg, contract.OutputUserPoolClientID, client.UserPoolClientId(), "The id of the client that the site's pages use; public")
	exempt(pool.Node().DefaultChild(), poolExceptions(cfg.Auth.Password))
	return Auth{Stack: stack, Pool: pool, Client: client}
}

// newGroup declares a user pool group.
func newGroup(stack awscdk.Stack, pool awscognito.UserPool, group config.Group) {
	props := &awscognito.UserPoolGroupProps{UserPool: pool, GroupName: new(group.Name)}
	if group.Description != "" {
		props.Description = new(group.Description)
	}
	if group.Precedence != nil {
		props.Precedence = jsii.Number(*group.Precedence)
	}
	awscognito.NewUserPoolGroup(stack, new(idGroup+group.Name), props)
}

// newVerificationDomain declares the domain that answers verification links:
// Cognito sends none from a pool that has no domain.
func newVerificationDomain(stack awscdk.Stack, pool awscognito.UserPool, prefix string) {
	awscognito.NewUserPoolDomain(stack, new(idDomain), &awscognito.UserPoolDomainProps{
		UserPool:            pool,
		CognitoDomain:       &awscognito.CognitoDomainOptions{DomainPrefix: new(prefix)},
		ManagedLoginVersion: awscognito.ManagedLoginVersion_CLASSIC_HOSTED_UI, // answers links; no client allows sign-in through it
	})
}

// publish gives a value to people, as a stack output, and to the hosting stack,
// as an SSM parameter: unlike an export, a parameter locks neither stack.
func publish(stack awscdk.Stack, cfg config.Config, name string, value *string, description string) {
	output(stack, name, value, description)
	awsssm.NewStringParameter(stack, new(idParameter+name), &awsssm.StringParameterProps{
		ParameterName: new(contract.ParameterName(cfg.Project, cfg.Environment, name)),
		StringValue:   value,
		Description:   new(description),
	})
}
