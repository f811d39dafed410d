package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"gatehouse/config"
	"gatehouse/stacks/contract"
)

// DeliveryProps say which pipelines may review and deploy.
type DeliveryProps struct {
	Config config.Config // with an account, and Delivery on
}

// Delivery is the stack with what pipelines need instead of keys.
type Delivery struct {
	Stack  awscdk.Stack
	Review awsiam.CfnRole // what a pull request's job assumes: it reads
	Deploy awsiam.CfnRole // what a deployment's job assumes
}

// NewDelivery declares the delivery stack of an environment in scope: the OpenID
// Connect provider of GitHub or GitLab, a role that reviews, a role that deploys,
// the policy for the CDK's own role that makes the resources, and the boundary of
// every role that a deployment makes.
//
// An administrator deploys it, before cdk bootstrap and never by a pipeline: so it
// needs nothing of the CDK's, and what deploys cannot widen what it may do.
func NewDelivery(scope constructs.Construct, p DeliveryProps) Delivery {
	cfg := p.Config
	stack := newStackWith(scope, cfg, contract.StackDelivery, "Who may deploy "+cfg.Project+", environment "+cfg.Environment,
		awscdk.NewBootstraplessSynthesizer(nil))
	a := authority{cfg}

	boundary := newManagedPolicy(stack, idBoundary, a.boundary(), exceptions{
		"AwsSolutions-IAM5": "A boundary grants nothing: it is the most that the policies of a role may grant.",
	})
	boundary.SetManagedPolicyName(new(contract.BoundaryName(cfg.Project, cfg.Environment)))
	review := newManagedPolicy(stack, idReviewPolicy, a.review(), exceptions{
		"AwsSolutions-IAM5": "CloudFormation adds a random id to a stack's ARN, and CodeBuild the stream to a log group's.",
	})
	deploy := newManagedPolicy(stack, idDeployPolicy, a.deploy(), exceptions{
		"AwsSolutions-IAM5": "CloudFormation adds a random id to a stack's ARN, CodePipeline to its bucket's, and Cognito chooses a pool's; a condition holds the pool to the environment's tags.",
	})
	execution := newManagedPolicy(stack, idExecutionPolicy, a.execution(), exceptions{
		"AwsSolutions-IAM5": "CloudFormation and the services choose the names of what they make; what can be limited by a prefix is.",
	})

	providers := newProviders(stack, cfg.Delivery)
	reviewRole := newDeliveryRole(stack, idReviewRole, "Reviews changes of "+cfg.Project+", environment "+cfg.Environment+": reads, and deploys nothing",
		a.trust(providers, reviewers), boundary, review)
	deployRole := newDeliveryRole(stack, idDeployRole, "Deploys "+cfg.Project+", environment "+cfg.Environment+", through the CDK's roles",
		a.trust(providers, deployers), boundary, review, deploy)

	output(stack, contract.OutputReviewRoleARN, reviewRole.AttrArn(), "The role of a pull request's job")
	output(stack, contract.OutputDeployRoleARN, deployRole.AttrArn(), "The role of a deployment's job")
	output(stack, contract.OutputExecutionPolicyARN, execution.Ref(), "For cdk bootstrap --cloudformation-execution-policies")
	output(stack, contract.OutputPermissionsBoundary, boundary.ManagedPolicyName(), "For cdk bootstrap --custom-permissions-boundary")
	return Delivery{Stack: stack, Review: reviewRole, Deploy: deployRole}
}

// newProviders declares the OpenID Connect providers whose tokens the account
// believes, and returns the ARNs of all, by their host. IAM checks the certificates
// of both hosts itself, so neither needs a thumbprint.
func newProviders(stack awscdk.Stack, d config.Delivery) map[string]*string {
	arns := map[string]*string{}
	provide := func(id, host, audience string, exists bool) {
		if exists {
			arns[host] = new("arn:aws:iam::" + *stack.Account() + ":oidc-provider/" + host)
			return
		}
		arns[host] = awsiam.NewCfnOIDCProvider(stack, new(id), &awsiam.CfnOIDCProviderProps{
			Url: new("https://" + host), ClientIdList: jsii.Strings(audience),
		}).AttrArn()
	}
	if d.GitHub.Repository != "" {
		provide(idGitHub, gitHubHost, gitHubAudience, d.GitHub.ExistingProvider)
	}
	if d.GitLab.Project != "" {
		provide(idGitLab, d.GitLab.Host, "https://"+d.GitLab.Host, d.GitLab.ExistingProvider)
	}
	return arns
}

// deliveryPath keeps the roles of pipelines apart from those that deployments make:
// no policy of a deployment reaches role/delivery/.
const deliveryPath = "/delivery/"

func newDeliveryRole(stack awscdk.Stack, id, description string, trust any, boundary awsiam.CfnManagedPolicy, policies ...awsiam.CfnManagedPolicy) awsiam.CfnRole {
	var arns []any
	for _, p := range policies {
		arns = append(arns, p.Ref())
	}
	return awsiam.NewCfnRole(stack, new(id), &awsiam.CfnRoleProps{
		AssumeRolePolicyDocument: trust,
		Description:              new(description),
		ManagedPolicyArns:        &arns,
		MaxSessionDuration:       jsii.Number(3600),
		Path:                     new(deliveryPath),
		PermissionsBoundary:      boundary.Ref(),
	})
}

func newManagedPolicy(stack awscdk.Stack, id string, statements []statement, rules exceptions) awsiam.CfnManagedPolicy {
	policy := awsiam.NewCfnManagedPolicy(stack, new(id), &awsiam.CfnManagedPolicyProps{PolicyDocument: document(statements)})
	exempt(policy, rules)
	return policy
}

// bound gives every role of a stack the boundary that its environment's pipelines
// work within. They may make no other.
func bound(stack awscdk.Stack, cfg config.Config) {
	if cfg.Delivery.On() {
		awsiam.PermissionsBoundary_Of(stack).Apply(awsiam.ManagedPolicy_FromManagedPolicyArn(stack, new(idBoundary), new(authority{cfg}.boundaryARN())))
	}
}
