package stacks

import (
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/jsii-runtime-go"

	"gatehouse/config"
)

// newPool declares the user pool. People sign in with an e-mail address, letter
// case aside, which Cognito verifies before the account works. Neither can be
// changed once the pool exists.
func newPool(stack awscdk.Stack, cfg config.Config) awscognito.UserPool {
	auth := cfg.Auth
	pool := awscognito.NewUserPool(stack, new(idPool), &awscognito.UserPoolProps{
		UserPoolName:        new(cfg.Project + "-" + cfg.Environment),
		SelfSignUpEnabled:   new(auth.SelfSignUp),
		SignInAliases:       &awscognito.SignInAliases{Email: new(true)},
		SignInCaseSensitive: new(false),
		AutoVerify:          &awscognito.AutoVerifiedAttrs{Email: new(true)},
		// A new address counts only once its owner has proved it; until then the old one signs in.
		KeepOriginal:    &awscognito.KeepOriginalAttrs{Email: new(true)},
		AccountRecovery: awscognito.AccountRecovery_EMAIL_ONLY,
		Email:           awscognito.UserPoolEmail_WithCognito(nil),
		Mfa:             awscognito.Mfa_OFF,
		FeaturePlan:     awscognito.FeaturePlan_ESSENTIALS, // what Cognito itself gives to new pools
		SignInPolicy: &awscognito.SignInPolicy{
			AllowedFirstAuthFactors: &awscognito.AllowedFirstAuthFactors{Password: new(true)},
		},
		PasswordPolicy:     passwordPolicy(auth.Password),
		UserVerification:   verification(auth.Verification),
		DeletionProtection: new(cfg.Protect),
		RemovalPolicy:      removal(cfg),
	})
	if schema := schema(auth.Attributes); len(schema) > 0 {
		// The L2's standardAttributes leaves AttributeDataType out, and then every later
		// update of the pool fails: https://github.com/aws/aws-cdk/issues/8585.
		// Drop this for the L2's props when that is closed.
		pool.Node().DefaultChild().(awscognito.CfnUserPool).SetSchema(&schema)
	}
	return pool
}

func passwordPolicy(p config.Password) *awscognito.PasswordPolicy {
	return &awscognito.PasswordPolicy{
		MinLength:            jsii.Number(p.MinLength),
		RequireLowercase:     new(p.RequireLowercase),
		RequireUppercase:     new(p.RequireUppercase),
		RequireDigits:        new(p.RequireNumbers),
		RequireSymbols:       new(p.RequireSymbols),
		PasswordHistorySize:  jsii.Number(p.History),
		TempPasswordValidity: awscdk.Duration_Days(jsii.Number(p.TemporaryDays)),
	}
}

func verification(v config.Verification) *awscognito.UserVerificationConfig {
	style := awscognito.VerificationEmailStyle_CODE
	if v.Method == "link" {
		style = awscognito.VerificationEmailStyle_LINK
	}
	return &awscognito.UserVerificationConfig{
		EmailStyle:   style,
		EmailSubject: new(v.Subject),
		EmailBody:    new(v.Body),
	}
}

// schema lists the attributes that differ from Cognito's defaults, each with its
// type. The e-mail address is not among them: a pool with sign-in by e-mail
// requires it anyway, and an entry could not be corrected later.
func schema(a config.Attributes) []any {
	var list []any // the type that SetSchema takes
	for _, name := range a.Required {
		list = append(list, &awscognito.CfnUserPool_SchemaAttributeProperty{
			Name:              new(name),
			AttributeDataType: new(standardType(name)),
			Required:          new(true),
			Mutable:           new(true),
		})
	}
	for _, c := range a.Custom {
		list = append(list, customAttribute(c))
	}
	return list
}

// standardType is the type of a standard attribute:
// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
func standardType(name string) string {
	if name == "updated_at" {
		return "Number"
	}
	return "String"
}

func customAttribute(c config.CustomAttribute) *awscognito.CfnUserPool_SchemaAttributeProperty {
	types := map[string]string{"string": "String", "number": "Number", "datetime": "DateTime", "boolean": "Boolean"}
	p := &awscognito.CfnUserPool_SchemaAttributeProperty{
		Name:              new(c.Name),
		AttributeDataType: new(types[c.Type]),
		Required:          new(false), // Cognito supports no required custom attributes
		Mutable:           new(c.Mutable),
	}
	switch {
	case c.MinLength != nil || c.MaxLength != nil:
		p.StringAttributeConstraints = &awscognito.CfnUserPool_StringAttributeConstraintsProperty{MinLength: decimal(c.MinLength), MaxLength: decimal(c.MaxLength)}
	case c.Min != nil || c.Max != nil:
		p.NumberAttributeConstraints = &awscognito.CfnUserPool_NumberAttributeConstraintsProperty{MinValue: decimal(c.Min), MaxValue: decimal(c.Max)}
	}
	return p
}

// decimal writes a number as CloudFormation takes it here: as text.
func decimal(n *int) *string {
	if n == nil {
		return nil
	}
	return new(strconv.Itoa(*n))
}
