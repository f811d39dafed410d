package review

import (
	"slices"
	"strings"

	"gatehouse/internal/review/change"
	"gatehouse/internal/review/rules"
)

// understood are the properties whose every change is either judged by a rule or
// means nothing to people. A change of any other property that no rule speaks of
// is put before a human. "*" stands for all properties of a type.
var understood = map[string][]string{
	"AWS::Cognito::UserPool": {
		"AccountRecoverySetting", "AdminCreateUserConfig", "AliasAttributes", "AutoVerifiedAttributes", "DeletionProtection",
		"EmailConfiguration.EmailSendingAccount", "EmailConfiguration.From", "EmailConfiguration.ReplyToEmailAddress",
		"EmailVerificationMessage", "EmailVerificationSubject", "EnabledMfas", "MfaConfiguration", "Policies", "Schema",
		"SmsAuthenticationMessage", "SmsVerificationMessage", "UserAttributeUpdateSettings", "UserPoolAddOns.AdvancedSecurityMode",
		"UserPoolName", "UserPoolTags", "UserPoolTier", "UsernameAttributes", "UsernameConfiguration", "VerificationMessageTemplate",
	},
	"AWS::Cognito::UserPoolClient": {
		"AccessTokenValidity", "AllowedOAuthFlows", "AllowedOAuthFlowsUserPoolClient", "AuthSessionValidity", "CallbackURLs", "ClientName",
		"EnableTokenRevocation", "ExplicitAuthFlows", "GenerateSecret", "IdTokenValidity", "LogoutURLs", "PreventUserExistenceErrors",
		"ReadAttributes", "RefreshTokenRotation", "RefreshTokenValidity", "SupportedIdentityProviders", "TokenValidityUnits", "WriteAttributes",
	},
	"AWS::Cognito::UserPoolDomain": {"Domain"},
	"AWS::Cognito::UserPoolGroup":  {"Description", "GroupName", "Precedence"},
	"AWS::SSM::Parameter":          {"Description", "Name", "Tags"},
	"AWS::S3::Bucket": {
		"LifecycleConfiguration", "LoggingConfiguration.LogFilePrefix", "PublicAccessBlockConfiguration", "Tags", "VersioningConfiguration",
	},
	"AWS::S3::BucketPolicy": {"PolicyDocument.Statement"},
	"AWS::CloudFront::Distribution": {
		"DistributionConfig.Aliases", "DistributionConfig.Comment", "DistributionConfig.CustomErrorResponses",
		"DistributionConfig.DefaultCacheBehavior.Compress", "DistributionConfig.DefaultCacheBehavior.ViewerProtocolPolicy",
		"DistributionConfig.Enabled", "DistributionConfig.HttpVersion", "DistributionConfig.Logging.Prefix", "DistributionConfig.PriceClass",
		"DistributionConfig.Restrictions", "DistributionConfig.ViewerCertificate.MinimumProtocolVersion",
		"DistributionConfig.ViewerCertificate.SslSupportMethod", "DistributionConfig.WebACLId", "Tags",
	},
	"AWS::CloudFront::Function":            {"AutoPublish", "FunctionConfig.Comment", "Name", "Tags"},
	"AWS::CloudFront::OriginAccessControl": {"OriginAccessControlConfig.Description", "OriginAccessControlConfig.Name"},
	"AWS::CloudFront::ResponseHeadersPolicy": {
		"ResponseHeadersPolicyConfig.Comment", "ResponseHeadersPolicyConfig.CustomHeadersConfig", "ResponseHeadersPolicyConfig.Name",
		"ResponseHeadersPolicyConfig.SecurityHeadersConfig.ContentSecurityPolicy",
		"ResponseHeadersPolicyConfig.SecurityHeadersConfig.FrameOptions.FrameOption",
		"ResponseHeadersPolicyConfig.SecurityHeadersConfig.StrictTransportSecurity.AccessControlMaxAgeSec",
		"ResponseHeadersPolicyConfig.SecurityHeadersConfig.StrictTransportSecurity.IncludeSubdomains",
		"ResponseHeadersPolicyConfig.SecurityHeadersConfig.StrictTransportSecurity.Preload",
	},
	"AWS::IAM::Policy":          {"PolicyDocument.Statement", "PolicyName"},
	"AWS::IAM::Role":            {"AssumeRolePolicyDocument.Statement", "Description", "ManagedPolicyArns", "Tags"},
	"AWS::Lambda::LayerVersion": {"*"},
	"AWS::Logs::LogGroup":       {"RetentionInDays", "Tags"},
	"Custom::CDKBucketDeployment": {
		"OutputObjectKeys", "Prune", "RetainOnDelete", "SourceBucketNames", "SourceMarkers", "SourceMarkersConfig", "SourceObjectKeys",
		"WaitForDistributionInvalidation", "DestinationBucketKeyPrefix",
	},
	"Custom::S3AutoDeleteObjects": {"*"},
}

// leaveQuietly are types whose removal concerns nobody by itself: what uses them
// changes, too, and is judged.
var leaveQuietly = []string{
	"AWS::CloudFront::Function", "AWS::CloudFront::OriginAccessControl", "AWS::CloudFront::ResponseHeadersPolicy",
	"AWS::IAM::Policy", "AWS::IAM::Role", "AWS::Lambda::LayerVersion", "Custom::CDKBucketDeployment", "Custom::S3AutoDeleteObjects",
}

// strangeness is what about a change nobody here understands, given the
// properties that rules have spoken of; nil if nothing is strange.
func strangeness(s *change.Set, c change.Change, spoken []string) (what []string) {
	known, isKnown := understood[c.Type]
	machinery := rules.Machinery(c.ID)
	switch {
	case c.Action == change.Add:
		if !isKnown && !machinery && len(spoken) == 0 && !s.Succeeds(c.ID) {
			what = append(what, "A resource of type "+c.Type+" comes.")
		}
		return what
	case c.Action == change.Remove:
		if !slices.Contains(leaveQuietly, c.Type) && !machinery && len(spoken) == 0 {
			what = append(what, "A resource of type "+c.Type+" goes.")
		}
		return what
	case c.Before.Type != c.After.Type:
		return nil // type-changed
	}
	if c.Before.Condition != c.After.Condition {
		what = append(what, "Its condition was "+orNone(c.Before.Condition)+" and would be "+orNone(c.After.Condition)+".")
	}
	for _, p := range c.Properties {
		pattern := p.Pattern()
		isUnder := func(path string) bool { return path == "*" || change.Under(pattern, path) }
		// A value that only the deployment knows may turn out to be anything, but where it cannot matter.
		unclear := (change.Unresolved(p.Before) || change.Unresolved(p.After)) && !quiet(pattern)
		switch {
		case isSpoken(pattern, spoken) || s.Follows(p) || machinery && pattern != "Role":
		case slices.ContainsFunc(known, isUnder) && !unclear:
		case c.Type == "AWS::CloudFront::Function" && pattern == "FunctionCode" && rules.RouterCode(c.Before) == rules.RouterCode(c.After):
		default:
			what = append(what, p.Path+" was "+shorten(change.Show(p.Before))+" and would be "+shorten(change.Show(p.After))+".")
		}
	}
	return what
}

// quiet are properties in which references mean nothing to people.
func quiet(pattern string) bool {
	for _, path := range []string{"SourceMarkers", "SourceBucketNames", "SourceObjectKeys", "PolicyDocument", "AssumeRolePolicyDocument", "ManagedPolicyArns", "Content", "Tags", "BucketName", "ServiceToken", "DestinationBucketKeyPrefix"} {
		if change.Under(pattern, path) {
			return true
		}
	}
	return false
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

// shorten keeps a value readable in a sentence.
func shorten(s string) string {
	const most = 60
	r := []rune(strings.Join(strings.Fields(s), " "))
	if len(r) <= most {
		return string(r)
	}
	return string(r[:most]) + " …"
}
