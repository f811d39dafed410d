// Package contract names what others rely on in a deployment: stacks, outputs and
// parameters. Names here are append-only: scripts, pipelines and deployed stacks
// hold them. It imports nothing, so programs that only read a deployment do not
// load the CDK.
package contract

// The stacks of an environment.
const (
	StackAuth     = "auth"
	StackHosting  = "hosting"
	StackDelivery = "delivery" // on its own: see ContextDelivery
)

// StackName is the CloudFormation name of a stack: shop-prod-auth.
func StackName(project, environment, stack string) string {
	return project + "-" + environment + "-" + stack
}

// Outputs of the auth stack.
const (
	OutputUserPoolID       = "UserPoolId"
	OutputUserPoolClientID = "UserPoolClientId"
)

// Outputs of the hosting stack.
const (
	OutputSiteURL        = "SiteUrl"
	OutputDistributionID = "DistributionId"
	OutputBucketName     = "BucketName"
	OutputReleaseID      = "ReleaseId"
)

// Outputs of the delivery stack. Those of an environment without GitHub, GitLab or
// CodeBuild have the roles of the others.
const (
	OutputReviewRoleARN       = "ReviewRoleArn"       // what a pull request's job assumes
	OutputDeployRoleARN       = "DeployRoleArn"       // what a deployment's job assumes
	OutputExecutionPolicyARN  = "ExecutionPolicyArn"  // for cdk bootstrap --cloudformation-execution-policies
	OutputPermissionsBoundary = "PermissionsBoundary" // for cdk bootstrap --custom-permissions-boundary: a name
)

// BoundaryName is the name of the managed policy that bounds every role which a
// deployment of an environment makes.
func BoundaryName(project, environment string) string {
	return project + "-" + environment + "-boundary"
}

// ReviewChangeSet begins the names of change sets that are made to be read, and never
// executed: a reviewer's role may make no others.
const ReviewChangeSet = "gatehouse-review-"

// Context keys of the CDK app: cdk deploy -c env=local -c endpoint=http://localhost:4566.
const (
	ContextEnvironment = "env"      // which config/<env>.yaml
	ContextEndpoint    = "endpoint" // replaces local.endpoint
	ContextSite        = "site"     // replaces local.site
	ContextName        = "name"     // which copy of an environment that is deployed in copies
	ContextDelivery    = "delivery" // "true": the delivery stack, and nothing else
)

// ParameterName is the SSM parameter through which the auth stack tells the
// hosting stack an output, without an export that would lock either.
func ParameterName(project, environment, output string) string {
	return "/" + project + "/" + environment + "/" + output
}
