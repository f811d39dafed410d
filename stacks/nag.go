package stacks

import (
	"maps"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
)

// exceptions are the rules of cdk-nag's AwsSolutions pack that a resource breaks
// on purpose, and why.
type exceptions map[string]string

var poolExceptions = exceptions{
	"AwsSolutions-COG2": "Multi-factor authentication is a later setting of the environment; passwords are at least as long and mixed as the policy in its configuration says.",
	"AwsSolutions-COG8": "The Plus plan has no free users and costs more for each; an environment that needs threat protection chooses it deliberately.",
}

var distributionExceptions = exceptions{
	"AwsSolutions-CFR1": "The site is for people in every country.",
	"AwsSolutions-CFR2": "The origin is a bucket of static files that takes no input; Cognito limits attempts itself. A web ACL costs money each month and is added where it is wanted.",
	"AwsSolutions-CFR4": "Without a domain and a certificate of one's own, CloudFront's own certificate is used, and with it AWS allows no choice of the TLS version.",
}

// deploymentExceptions are for what the CDK's constructs add by themselves, by
// resource type.
var deploymentExceptions = map[string]exceptions{
	"AWS::IAM::Role": {
		"AwsSolutions-IAM4": "The CDK's deployment functions may write their logs, and AWS's own policy for that is what the CDK gives them.",
		"AwsSolutions-IAM5": "The CDK's deployment functions read the CDK's own assets and write to the bucket of this stack.",
	},
	"AWS::IAM::Policy": {
		"AwsSolutions-IAM5": "The CDK's deployment functions read the CDK's own assets and write to the bucket of this stack.",
	},
	"AWS::Lambda::Function": {
		"AwsSolutions-L1": "The CDK chooses the runtime of its own functions and follows Lambda's releases with its own.",
	},
}

// exempt writes exceptions into the template, where cdk-nag finds them. Its own
// helper cannot be used: its Go module is not published.
func exempt(resource constructs.IConstruct, rules exceptions) {
	var list []map[string]string
	for _, id := range slices.Sorted(maps.Keys(rules)) {
		list = append(list, map[string]string{"id": id, "reason": rules[id]})
	}
	resource.(awscdk.CfnResource).AddMetadata(new("cdk_nag"), map[string]any{"rules_to_suppress": list})
}
