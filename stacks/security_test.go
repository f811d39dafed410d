package stacks_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"gatehouse/config"
)

// checkSecurity asserts what must hold in every environment, whatever the golden
// templates say.
func checkSecurity(t *testing.T, env string, cfg config.Config, auth, hosting template) {
	t.Helper()
	want := func(what string, got, wanted any) {
		t.Helper()
		if !reflect.DeepEqual(got, wanted) {
			t.Errorf("%s: %s: got %v; want %v", env, what, got, wanted)
		}
	}

	pool := auth.only(t, "AWS::Cognito::UserPool").Properties
	want("sign-in names", pool["UsernameAttributes"], []any{"email"})
	want("letter case of names", at(pool, "UsernameConfiguration", "CaseSensitive"), false)
	want("verified attributes", pool["AutoVerifiedAttributes"], []any{"email"})
	want("recovery", at(pool, "AccountRecoverySetting", "RecoveryMechanisms"), []any{map[string]any{"Name": "verified_email", "Priority": 1.0}})
	want("first factors", at(pool, "Policies", "SignInPolicy", "AllowedFirstAuthFactors"), []any{"PASSWORD"})
	for _, stated := range []string{"MfaConfiguration", "UserPoolTier", "DeletionProtection", "EmailConfiguration", "AdminCreateUserConfig", "UserAttributeUpdateSettings", "VerificationMessageTemplate"} {
		if pool[stated] == nil {
			t.Errorf("%s: the pool does not state %s", env, stated)
		}
	}
	schema, _ := pool["Schema"].([]any)
	want("attributes", len(schema), len(cfg.Auth.Attributes.Required)+len(cfg.Auth.Attributes.Custom))
	for i := range schema {
		name := at(schema, i, "Name")
		if at(schema, i, "AttributeDataType") == nil {
			t.Errorf("%s: attribute %v has no AttributeDataType; every later update of the pool would fail", env, name)
		}
		if name == "email" {
			t.Errorf("%s: email is in the schema, where it could not be corrected", env)
		}
	}

	client := auth.only(t, "AWS::Cognito::UserPoolClient").Properties
	want("client secret", client["GenerateSecret"], false)
	want("sign-in flows", client["ExplicitAuthFlows"], []any{"ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"})
	want("OAuth", client["AllowedOAuthFlowsUserPoolClient"], false)
	want("OAuth flows", client["AllowedOAuthFlows"], nil)
	want("call-backs", client["CallbackURLs"], nil)
	want("existence errors", client["PreventUserExistenceErrors"], "ENABLED")
	want("revocation", client["EnableTokenRevocation"], true)
	for _, c := range cfg.Auth.Attributes.Custom {
		want(c.Name+" writable by its owner", strings.Contains(fmt.Sprint(client["WriteAttributes"]), "custom:"+c.Name), c.Writable)
	}
	want("verification domains", len(auth.of("AWS::Cognito::UserPoolDomain")) == 1, cfg.Auth.Verification.Method == "link")

	for id, bucket := range hosting.of("AWS::S3::Bucket") {
		for _, block := range []string{"BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"} {
			want(id+" "+block, at(bucket.Properties, "PublicAccessBlockConfiguration", block), true)
		}
		want(id+" website", bucket.Properties["WebsiteConfiguration"], nil)
		want(id+" encryption", at(bucket.Properties, "BucketEncryption", "ServerSideEncryptionConfiguration", 0, "ServerSideEncryptionByDefault", "SSEAlgorithm"), "AES256")
		if at(bucket.Properties, "LifecycleConfiguration", "Rules", 0) == nil {
			t.Errorf("%s: %s keeps everything for ever", env, id)
		}
		checkBucketPolicy(t, env, id, hosting)
	}

	config := at(hosting.only(t, "AWS::CloudFront::Distribution").Properties, "DistributionConfig")
	want("plain http", at(config, "DefaultCacheBehavior", "ViewerProtocolPolicy"), "redirect-to-https")
	want("further behaviours", at(config, "CacheBehaviors"), nil)
	want("root object", at(config, "DefaultRootObject"), "index.html")
	want("origins", len(at(config, "Origins").([]any)), 1)
	if at(config, "Origins", 0, "OriginAccessControlId") == nil || at(config, "Logging", "Bucket") == nil {
		t.Errorf("%s: the distribution lacks origin access control or logs", env)
	}
	access := at(hosting.only(t, "AWS::CloudFront::OriginAccessControl").Properties, "OriginAccessControlConfig")
	want("signing", at(access, "SigningBehavior"), "always")
	for i := range 3 {
		if response := at(config, "CustomErrorResponses", i); response != nil {
			want("an error's status", at(response, "ResponseCode"), at(response, "ErrorCode"))
			want("the error with a page", at(response, "ErrorCode"), 404.0)
		}
	}
	checkHeaders(t, env, cfg, hosting)
}

// checkBucketPolicy: TLS only, and nobody from outside but AWS's own services with
// the distribution or the bucket as their reason.
func checkBucketPolicy(t *testing.T, env, bucket string, hosting template) {
	t.Helper()
	for id, policy := range hosting.of("AWS::S3::BucketPolicy") {
		if at(policy.Properties, "Bucket", "Ref") != bucket {
			continue
		}
		tlsOnly := false
		for _, s := range at(policy.Properties, "PolicyDocument", "Statement").([]any) {
			if at(s, "Effect") == "Deny" && at(s, "Action") == "s3:*" && at(s, "Condition", "Bool", "aws:SecureTransport") == "false" && len(at(s, "Resource").([]any)) == 2 {
				tlsOnly = true
			}
			principal := at(s, "Principal")
			if at(s, "Effect") != "Allow" {
				continue
			}
			text, _ := json.Marshal(s)
			switch {
			case at(principal, "Service") != nil:
				if !strings.Contains(string(text), ":SourceArn") {
					t.Errorf("%s: %s lets a service in for anybody: %s", env, id, text)
				}
			case at(principal, "AWS", "Fn::GetAtt") != nil: // a role of this stack
			default:
				t.Errorf("%s: %s lets a stranger in: %s", env, id, text)
			}
		}
		if !tlsOnly {
			t.Errorf("%s: %s allows plain http", env, id)
		}
		return
	}
	t.Errorf("%s: bucket %s has no policy", env, bucket)
}

func checkHeaders(t *testing.T, env string, cfg config.Config, hosting template) {
	t.Helper()
	policy := at(hosting.only(t, "AWS::CloudFront::ResponseHeadersPolicy").Properties, "ResponseHeadersPolicyConfig")
	security := at(policy, "SecurityHeadersConfig")
	csp, _ := at(security, "ContentSecurityPolicy", "ContentSecurityPolicy").(string)
	local := cfg.Local.Endpoint != ""

	wanted := []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "base-uri 'none'", "object-src 'none'", "form-action 'none'", "frame-ancestors 'none'"}
	if local {
		wanted = append(wanted, "connect-src 'self' "+cfg.Local.Endpoint)
	} else {
		wanted = append(wanted, "connect-src 'self' https://cognito-idp."+cfg.Region+".amazonaws.com", "upgrade-insecure-requests")
	}
	for _, directive := range wanted {
		if !strings.Contains("; "+csp+"; ", "; "+directive+"; ") {
			t.Errorf("%s: the policy lacks %q: %s", env, directive, csp)
		}
	}
	if strings.Contains(csp, "unsafe") || local && strings.Contains(csp, "upgrade-insecure-requests") {
		t.Errorf("%s: the policy says too much: %s", env, csp)
	}
	maxAge, _ := at(security, "StrictTransportSecurity", "AccessControlMaxAgeSec").(float64)
	if strict := at(security, "StrictTransportSecurity"); local != (strict == nil) || !local && (maxAge < 31536000 || at(strict, "IncludeSubdomains") != true) {
		t.Errorf("%s: strict transport: %v", env, strict)
	}
	if at(security, "ContentTypeOptions", "Override") != true || at(security, "FrameOptions", "FrameOption") != "DENY" || at(security, "ReferrerPolicy", "ReferrerPolicy") == nil {
		t.Errorf("%s: headers are missing: %v", env, security)
	}
	custom, _ := json.Marshal(at(policy, "CustomHeadersConfig"))
	for _, header := range []string{"Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy", "Permissions-Policy"} {
		if !strings.Contains(string(custom), header) {
			t.Errorf("%s: there is no header %s", env, header)
		}
	}
}

// checkProtection: what holds people's data outlives mistakes, unless the
// environment says otherwise; then nothing is left behind.
func checkProtection(t *testing.T, env string, cfg config.Config, auth, hosting template) {
	t.Helper()
	policy, protection := "Retain", "ACTIVE"
	if !cfg.Protect {
		policy, protection = "Delete", "INACTIVE"
	}
	pool := auth.only(t, "AWS::Cognito::UserPool")
	if pool.DeletionPolicy != policy || pool.UpdateReplacePolicy != policy || pool.Properties["DeletionProtection"] != protection {
		t.Errorf("%s: the pool: %s, %s, %v", env, pool.DeletionPolicy, pool.UpdateReplacePolicy, pool.Properties["DeletionProtection"])
	}
	for id, bucket := range hosting.of("AWS::S3::Bucket") {
		if bucket.DeletionPolicy != policy || bucket.UpdateReplacePolicy != policy {
			t.Errorf("%s: %s: %s, %s", env, id, bucket.DeletionPolicy, bucket.UpdateReplacePolicy)
		}
	}
	if n := len(hosting.of("Custom::S3AutoDeleteObjects")); (n == 0) != cfg.Protect {
		t.Errorf("%s: %d buckets are emptied with the stack", env, n)
	}
	for _, tm := range []template{auth, hosting} {
		for id, r := range tm.Resources {
			if r.DeletionPolicy == "Retain" && !cfg.Protect {
				t.Errorf("%s: %s is left behind", env, id)
			}
		}
		if secret := strings.Index(string(tm.text), "AKIA"); secret >= 0 {
			t.Errorf("%s: a template holds a key", env)
		}
	}
}
