package stacks

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"

	"gatehouse/config"
)

// exceptions are the rules of cdk-nag's AwsSolutions pack that a resource breaks
// on purpose, and why.
type exceptions map[string]string

func poolExceptions(p config.Password) exceptions {
	e := exceptions{
		"AwsSolutions-COG2": "Sign-in is by password alone: the pages have no step for a second factor.",
		"AwsSolutions-COG8": "The Plus plan has no free users and costs more for each; an environment that needs threat protection chooses it deliberately.",
	}
	if p.MinLength < 8 || !p.RequireUppercase || !p.RequireNumbers || !p.RequireSymbols {
		e["AwsSolutions-COG1"] = "The environment's configuration chooses other rules, such as length instead of composition (NIST SP 800-63B)."
	}
	return e
}

var distributionExceptions = exceptions{
	"AwsSolutions-CFR1": "The site is for people in every country.",
	"AwsSolutions-CFR2": "The origin is a bucket of static files that takes no input; Cognito limits attempts itself. A web ACL costs money each month and is added where it is wanted.",
	"AwsSolutions-CFR4": "Without a domain and a certificate of one's own, CloudFront's own certificate is used, and with it AWS allows no choice of the TLS version.",
}

// deploymentExceptions are for what the CDK's constructs add to a stack by
// themselves, by the path in the stack. Not every stack has all of it.
var deploymentExceptions = map[string]exceptions{
	"Custom::CDKBucketDeployment8693BB64968944B69AAFB0CC9EB8756C/ServiceRole/Resource": {
		"AwsSolutions-IAM4": "The CDK's upload function may write its logs; AWS's own policy for that is what the CDK gives it.",
	},
	"Custom::CDKBucketDeployment8693BB64968944B69AAFB0CC9EB8756C/ServiceRole/DefaultPolicy/Resource": {
		"AwsSolutions-IAM5": "The CDK's upload function reads the CDK's own assets and writes to the bucket of this stack, whatever the objects are called.",
	},
	"Custom::CDKBucketDeployment8693BB64968944B69AAFB0CC9EB8756C/Resource": {
		"AwsSolutions-L1": "The CDK chooses the runtime of its own function and follows Lambda's releases with its own.",
	},
	"Custom::S3AutoDeleteObjectsCustomResourceProvider/Role": {
		"AwsSolutions-IAM4": "The CDK's function that empties buckets may write its logs; AWS's own policy for that is what the CDK gives it.",
	},
}

// exemptDeploymentParts excuses what the CDK adds to carry out deployments: its
// Lambda functions and their roles, which a stack does not write and cannot change.
func exemptDeploymentParts(stack awscdk.Stack) {
	for _, path := range slices.Sorted(maps.Keys(deploymentExceptions)) {
		if found := find(stack, path); found != nil {
			exempt(found, deploymentExceptions[path])
		}
	}
}

// find is the construct at path below scope, or nil.
func find(scope constructs.IConstruct, path string) constructs.IConstruct {
	for id := range strings.SplitSeq(path, "/") {
		if scope = scope.Node().TryFindChild(new(id)); scope == nil {
			return nil
		}
	}
	return scope
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
