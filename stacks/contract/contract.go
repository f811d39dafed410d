// Package contract names what others rely on in a deployment: stacks, outputs and
// parameters. Names here are append-only: scripts, pipelines and deployed stacks
// hold them. It imports nothing, so programs that only read a deployment do not
// load the CDK.
package contract

// The stacks of an environment.
const (
	StackAuth    = "auth"
	StackHosting = "hosting"
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

// Context keys of the CDK app: cdk deploy -c env=local -c endpoint=http://localhost:4566.
const (
	ContextEnvironment = "env"      // which config/<env>.yaml
	ContextEndpoint    = "endpoint" // replaces local.endpoint
	ContextSite        = "site"     // replaces local.site
)

// ParameterName is the SSM parameter through which the auth stack tells the
// hosting stack an output, without an export that would lock either.
func ParameterName(project, environment, output string) string {
	return "/" + project + "/" + environment + "/" + output
}
