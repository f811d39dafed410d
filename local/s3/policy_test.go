package s3_test

import (
	"fmt"
	"strings"
	"testing"

	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"

	"gatehouse/local/s3"
	"gatehouse/local/wire"
)

var distribution = s3.Principal{Service: "cloudfront.amazonaws.com", SourceARN: "arn:aws:cloudfront::" + account + ":distribution/E1"}

func TestBucketPolicyDecidesWhoReads(t *testing.T) {
	t.Parallel()
	statement := func(effect, principal, action, resource, condition string) string {
		if condition != "" {
			condition = `,"Condition":` + condition
		}
		return fmt.Sprintf(`{"Effect":%q,"Principal":%s,"Action":%s,"Resource":%s%s}`, effect, principal, action, resource, condition)
	}
	policy := func(statements ...string) string {
		return `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
	}
	const (
		cloudfront = `{"Service":"cloudfront.amazonaws.com"}`
		get        = `"s3:GetObject"`
		objects    = `"arn:aws:s3:::site/*"`
	)
	allow := func(condition string) string { return policy(statement("Allow", cloudfront, get, objects, condition)) }
	for name, tc := range map[string]struct {
		policy string
		key    string
		want   string // "" or the code
	}{
		"no policy lets nobody in":                     {"", "index.html", "AccessDenied"},
		"the service":                                  {allow(""), "index.html", ""},
		"another service":                              {policy(statement("Allow", `{"Service":"logging.s3.amazonaws.com"}`, get, objects, "")), "index.html", "AccessDenied"},
		"one of several services":                      {policy(statement("Allow", `{"Service":["a.amazonaws.com","cloudfront.amazonaws.com"]}`, get, objects, "")), "index.html", ""},
		"the right source":                             {allow(`{"StringEquals":{"AWS:SourceArn":"arn:aws:cloudfront::123456789012:distribution/E1"}}`), "index.html", ""},
		"another source":                               {allow(`{"StringEquals":{"AWS:SourceArn":"arn:aws:cloudfront::123456789012:distribution/E2"}}`), "index.html", "AccessDenied"},
		"StringEquals takes no wildcard":               {allow(`{"StringEquals":{"AWS:SourceArn":"arn:aws:cloudfront::123456789012:distribution/*"}}`), "index.html", "AccessDenied"},
		"StringLike does":                              {allow(`{"StringLike":{"AWS:SourceArn":"arn:aws:cloudfront::123456789012:distribution/*"}}`), "index.html", ""},
		"ArnLike compares part by part":                {allow(`{"ArnLike":{"AWS:SourceArn":"arn:aws:cloudfront::*:distribution/E?"}}`), "index.html", ""},
		"a star of ArnLike stays in its part":          {allow(`{"ArnLike":{"AWS:SourceArn":"arn:*:distribution/E1"}}`), "index.html", "AccessDenied"},
		"one of several values":                        {allow(`{"StringEquals":{"AWS:SourceArn":["x","arn:aws:cloudfront::123456789012:distribution/E1"]}}`), "index.html", ""},
		"every condition must hold":                    {allow(`{"StringEquals":{"aws:SourceAccount":"1"},"Bool":{"aws:SecureTransport":"true"}}`), "index.html", "AccessDenied"},
		"the account":                                  {allow(`{"StringEquals":{"aws:SourceAccount":"123456789012"}}`), "index.html", ""},
		"a boolean as a boolean":                       {allow(`{"Bool":{"aws:SecureTransport":true}}`), "index.html", ""},
		"a negated operator":                           {allow(`{"StringNotEquals":{"aws:SourceAccount":["1","123456789012"]}}`), "index.html", "AccessDenied"},
		"a number":                                     {allow(`{"NumericGreaterThanEquals":{"s3:TlsVersion":"1.2"}}`), "index.html", ""},
		"another action":                               {policy(statement("Allow", cloudfront, `"s3:PutObject"`, objects, "")), "index.html", "AccessDenied"},
		"any action of S3":                             {policy(statement("Allow", cloudfront, `["s3:*"]`, objects, "")), "index.html", ""},
		"actions are compared without case":            {policy(statement("Allow", cloudfront, `"S3:getobject"`, objects, "")), "index.html", ""},
		"a folder":                                     {policy(statement("Allow", cloudfront, get, `"arn:aws:s3:::site/releases/*"`, "")), "index.html", "AccessDenied"},
		"the bucket is not its objects":                {policy(statement("Allow", cloudfront, get, `"arn:aws:s3:::site"`, "")), "index.html", "AccessDenied"},
		"a denial wins":                                {policy(statement("Deny", `"*"`, get, objects, ""), statement("Allow", cloudfront, get, objects, "")), "index.html", "AccessDenied"},
		"a denial of insecure transport does not hold": {policy(statement("Deny", `{"AWS":"*"}`, `"s3:*"`, objects, `{"Bool":{"aws:SecureTransport":"false"}}`), statement("Allow", cloudfront, get, objects, "")), "index.html", ""},
		"a missing key is denied":                      {allow(""), "none", "AccessDenied"},
		"a missing key of a bucket that may be listed": {policy(statement("Allow", cloudfront, `"s3:ListBucket"`, `"arn:aws:s3:::site"`, ""), statement("Allow", cloudfront, get, objects, "")), "none", "NoSuchKey"},
		"a list without a read does not tell":          {policy(statement("Allow", cloudfront, `"s3:ListBucket"`, `"arn:aws:s3:::site"`, "")), "none", "AccessDenied"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t)
			c.makeBucket(t, "site")
			c.put(t, "site", "index.html", "hello")
			if tc.policy != "" {
				if _, err := c.client.PutBucketPolicy(t.Context(), &awss3.PutBucketPolicyInput{Bucket: new("site"), Policy: &tc.policy}); err != nil {
					t.Fatal(err)
				}
			}
			o, err := c.Object(t.Context(), s3.ObjectRequest{Bucket: "site", Key: tc.key, Principal: distribution})
			got := ""
			if err != nil {
				got = wire.AsError(err).Code
			} else if err := o.Close(); err != nil {
				t.Fatal(err)
			}
			if got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
			if _, err := c.Object(t.Context(), s3.ObjectRequest{Bucket: "site", Key: "index.html"}); err == nil || wire.AsError(err).Code != "AccessDenied" {
				t.Errorf("somebody without a name: got %v, want AccessDenied", err)
			}
		})
	}
}

func TestRefusedPolicies(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ policy, want string }{
		"what is not JSON":                             {`{`, "MalformedPolicy"},
		"no statement":                                 {`{"Version":"2012-10-17","Statement":[]}`, "MalformedPolicy"},
		"an unknown version":                           {`{"Version":"2020-01-01","Statement":{"Effect":"Allow","Principal":{"Service":"s"},"Action":"s3:*","Resource":"arn:aws:s3:::site/*"}}`, "MalformedPolicy"},
		"an unknown element":                           {`{"Statement":{"Effect":"Allow","Who":"*","Action":"s3:*","Resource":"arn:aws:s3:::site/*"}}`, "MalformedPolicy"},
		"an effect that is none":                       {`{"Statement":{"Effect":"Maybe","Principal":{"Service":"s"},"Action":"s3:*","Resource":"arn:aws:s3:::site/*"}}`, "MalformedPolicy"},
		"no principal":                                 {`{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::site/*"}}`, "MalformedPolicy"},
		"an action of another service":                 {`{"Statement":{"Effect":"Allow","Principal":{"Service":"s"},"Action":"sqs:*","Resource":"arn:aws:s3:::site/*"}}`, "MalformedPolicy"},
		"another bucket":                               {`{"Statement":{"Effect":"Allow","Principal":{"Service":"s"},"Action":"s3:*","Resource":"arn:aws:s3:::site2/*"}}`, "MalformedPolicy"},
		"a condition operator that is not implemented": {`{"Statement":{"Effect":"Allow","Principal":{"Service":"s"},"Action":"s3:*","Resource":"arn:aws:s3:::site/*","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}}`, "EmulatorUnimplemented"},
		"a condition key that is not implemented":      {`{"Statement":{"Effect":"Allow","Principal":{"Service":"s"},"Action":"s3:*","Resource":"arn:aws:s3:::site/*","Condition":{"StringEquals":{"aws:Referer":"x"}}}}`, "EmulatorUnimplemented"},
		"NotPrincipal":                                 {`{"Statement":{"Effect":"Deny","NotPrincipal":{"AWS":"1"},"Action":"s3:*","Resource":"arn:aws:s3:::site/*"}}`, "EmulatorUnimplemented"},
		"everybody":                                    {`{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::site/*"}}`, "AccessDenied"},
		"everybody over TLS":                           {`{"Statement":{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::site/*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}}`, "AccessDenied"},
		"everybody from one distribution":              {`{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::site/*","Condition":{"StringEquals":{"aws:SourceArn":"arn:aws:cloudfront::1:distribution/E1"}}}}`, ""},
		"everybody is denied":                          {`{"Statement":{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::site/*"}}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t)
			c.makeBucket(t, "site")
			_, err := c.client.PutBucketPolicy(t.Context(), &awss3.PutBucketPolicyInput{Bucket: new("site"), Policy: &tc.policy})
			if got := code(err); got != tc.want {
				t.Errorf("got %q, want %q (%v)", got, tc.want, err)
			}
		})
	}
}
