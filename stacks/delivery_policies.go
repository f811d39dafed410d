package stacks

import (
	"gatehouse/config"
	"gatehouse/stacks/contract"
)

// statement is a statement of an IAM policy.
type statement struct {
	sid       string
	deny      bool
	actions   []string
	resources []string
	when      map[string]map[string]any // operator → key → values
}

// document is a policy of statements, as IAM writes it.
func document(statements []statement) map[string]any {
	var list []any
	for _, s := range statements {
		effect := "Allow"
		if s.deny {
			effect = "Deny"
		}
		m := map[string]any{"Sid": s.sid, "Effect": effect, "Action": s.actions, "Resource": s.resources}
		if s.when != nil {
			m["Condition"] = s.when
		}
		list = append(list, m)
	}
	return map[string]any{"Version": "2012-10-17", "Statement": list}
}

// authority writes the policies of an environment.
type authority struct{ cfg config.Config }

// qualifier is in the names of all that cdk bootstrap makes, unless told otherwise.
const qualifier = "hnb659fds"

// arn is an ARN in the environment's account and Region.
func (a authority) arn(service, resource string) string {
	return "arn:aws:" + service + ":" + a.cfg.Region + ":" + a.cfg.Account + ":" + resource
}

// globalARN is an ARN of a service without Regions.
func (a authority) globalARN(service, resource string) string {
	return "arn:aws:" + service + "::" + a.cfg.Account + ":" + resource
}

func (a authority) boundaryARN() string {
	return a.globalARN("iam", "policy/"+contract.BoundaryName(a.environment()))
}

// environment is the project and the environment whose boundary holds: copies share
// their environment's.
func (a authority) environment() (project, environment string) {
	return a.cfg.Project, a.cfg.Original()
}

// stacks are the ARNs of what a pipeline deploys: not of the delivery stack.
func (a authority) stacks() []string {
	environment := a.cfg.Original()
	if a.cfg.Preview.Lifetime > 0 {
		environment += "-*"
	}
	return []string{
		a.arn("cloudformation", "stack/"+contract.StackName(a.cfg.Project, environment, contract.StackAuth)+"/*"),
		a.arn("cloudformation", "stack/"+contract.StackName(a.cfg.Project, environment, contract.StackHosting)+"/*"),
	}
}

// madeFor is how the names of what CloudFormation makes for the environment's stacks
// begin. It cuts the stack's name where a service's limit is short: to 24 characters
// at the least, in names of 63 or 64.
func (a authority) madeFor() string {
	prefix := a.cfg.Project + "-" + a.cfg.Original() + "-"
	return prefix[:min(len(prefix), 24)] + "*"
}

// parameters is how the ARNs of the SSM parameters begin that join the stacks.
func (a authority) parameters() string {
	parameters := a.arn("ssm", "parameter/"+a.cfg.Project+"/"+a.cfg.Original())
	if a.cfg.Preview.Lifetime > 0 {
		parameters += "-*"
	}
	return parameters
}

// bootstrapVersion is the ARN of the SSM parameter that every template of the CDK looks up.
func (a authority) bootstrapVersion() string {
	return a.arn("ssm", "parameter/cdk-bootstrap/"+qualifier+"/version")
}

// review is what a reviewer does: it reads what is deployed, and may ask
// CloudFormation what a change would do. It cannot execute a change set, nor one
// that another made.
//
// It has no part in the CDK's look-up role: that reads everything in the account,
// people's e-mail addresses included.
func (a authority) review() []statement {
	list := []statement{
		{sid: "ReadStacks", actions: []string{"cloudformation:DescribeStacks", "cloudformation:GetTemplate"}, resources: a.stacks()},
		{
			sid:       "AskWhatWouldChange",
			actions:   []string{"cloudformation:CreateChangeSet", "cloudformation:DeleteChangeSet", "cloudformation:DescribeChangeSet"},
			resources: a.stacks(),
			when:      map[string]map[string]any{"StringLike": {"cloudformation:ChangeSetName": contract.ReviewChangeSet + "*"}},
		},
		// CloudFormation looks up the templates' parameters in somebody's name.
		{sid: "LookUpParameters", actions: []string{"ssm:GetParameters"}, resources: []string{a.parameters() + "/*", a.bootstrapVersion()}},
	}
	if a.cfg.Delivery.CodeBuild {
		list = append(list, a.codeBuildLogs(reviewers), statement{
			sid: "ReadTheTokenForComments", actions: []string{"ssm:GetParameters"}, resources: []string{a.arn("ssm", "parameter/"+a.cfg.Project+"/delivery/github-token")},
		})
	}
	return list
}

// codeBuildProject is the CodeBuild project whose jobs are the callers.
func (a authority) codeBuildProject(who callers) string {
	return a.cfg.Project + "-" + a.cfg.Environment + "-" + who.codeBuild
}

// codeBuildLogs is what CodeBuild itself does with a job's role, and cannot begin a
// job without.
func (a authority) codeBuildLogs(who callers) statement {
	group := a.arn("logs", "log-group:/aws/codebuild/"+a.codeBuildProject(who))
	return statement{
		sid: "WriteTheJobsLog", actions: []string{"logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"}, resources: []string{group, group + ":*"},
	}
}

// deploy is what a deployment does with its own credentials: it becomes the CDK's
// roles for stacks and files. After it, gatehouse smoke confirms and deletes a user
// of its own making.
func (a authority) deploy() []statement {
	role := func(name string) string {
		return a.globalARN("iam", "role/cdk-"+qualifier+"-"+name+"-"+a.cfg.Account+"-"+a.cfg.Region)
	}
	smoke := statement{
		sid:       "ConfirmAndDeleteTheSmokeTestsUser",
		actions:   []string{"cognito-idp:AdminConfirmSignUp", "cognito-idp:AdminDeleteUser"},
		resources: []string{a.arn("cognito-idp", "userpool/*")},
	}
	if len(a.cfg.Tags) > 0 {
		tags := map[string]any{}
		for key, value := range a.cfg.Tags {
			tags["aws:ResourceTag/"+key] = value
		}
		smoke.when = map[string]map[string]any{"StringEquals": tags}
	}
	list := []statement{
		{sid: "DeployThroughTheCDK", actions: []string{"sts:AssumeRole"}, resources: []string{role("deploy-role"), role("file-publishing-role")}},
		smoke,
	}
	if a.cfg.Preview.Lifetime > 0 {
		list = append(list,
			statement{sid: "FindPreviews", actions: []string{"cloudformation:DescribeStacks"}, resources: []string{a.arn("cloudformation", "stack/*")}},
			statement{sid: "DeletePreviews", actions: []string{"cloudformation:DeleteStack"}, resources: a.stacks()})
	}
	if a.cfg.Delivery.CodeBuild {
		list = append(list, a.codeBuildLogs(deployers), statement{ // the bucket that CodePipeline makes for itself
			sid: "ReadThePipelinesArtefacts", actions: []string{"s3:GetObject", "s3:GetObjectVersion"}, resources: []string{"arn:aws:s3:::codepipeline-" + a.cfg.Region + "-*/*"},
		})
	}
	return list
}

// execution is what CloudFormation does for the environment's stacks, as the CDK's
// execution role: with the resource types that the stacks declare, and no others.
// What holds people's accounts it makes and changes; it does not look into it.
func (a authority) execution() []statement {
	made := a.madeFor()
	boundary := map[string]map[string]any{"StringEquals": {"iam:PermissionsBoundary": a.boundaryARN()}}
	roles := []string{a.globalARN("iam", "role/"+made)}
	assets := "arn:aws:s3:::cdk-" + qualifier + "-assets-" + a.cfg.Account + "-" + a.cfg.Region
	return []statement{
		{sid: "UserPools", actions: []string{
			"cognito-idp:AddCustomAttributes", "cognito-idp:CreateGroup", "cognito-idp:CreateUserPool", "cognito-idp:CreateUserPoolClient", "cognito-idp:CreateUserPoolDomain",
			"cognito-idp:DeleteGroup", "cognito-idp:DeleteUserPool", "cognito-idp:DeleteUserPoolClient", "cognito-idp:DeleteUserPoolDomain",
			"cognito-idp:DescribeUserPool", "cognito-idp:DescribeUserPoolClient", "cognito-idp:GetGroup", "cognito-idp:GetUserPoolMfaConfig",
			"cognito-idp:ListTagsForResource", "cognito-idp:SetUserPoolMfaConfig", "cognito-idp:TagResource", "cognito-idp:UntagResource",
			"cognito-idp:UpdateGroup", "cognito-idp:UpdateUserPool", "cognito-idp:UpdateUserPoolClient", "cognito-idp:UpdateUserPoolDomain",
		}, resources: []string{a.arn("cognito-idp", "userpool/*")}},
		{sid: "UserPoolDomains", actions: []string{"cognito-idp:DescribeUserPoolDomain"}, resources: []string{"*"}}, // it has no resource to limit it to
		{sid: "Buckets", actions: []string{
			"s3:CreateBucket", "s3:DeleteBucket", "s3:DeleteBucketPolicy", "s3:GetBucket*", "s3:GetEncryptionConfiguration", "s3:GetLifecycleConfiguration",
			"s3:ListBucket", "s3:PutBucket*", "s3:PutEncryptionConfiguration", "s3:PutLifecycleConfiguration",
		}, resources: []string{"arn:aws:s3:::" + made}},
		{sid: "Assets", actions: []string{"s3:GetObject"}, resources: []string{assets + "/*"}},
		{sid: "Distributions", actions: []string{
			"cloudfront:CreateDistribution", "cloudfront:CreateFunction", "cloudfront:CreateOriginAccessControl", "cloudfront:CreateResponseHeadersPolicy",
			"cloudfront:DeleteDistribution", "cloudfront:DeleteFunction", "cloudfront:DeleteOriginAccessControl", "cloudfront:DeleteResponseHeadersPolicy",
			"cloudfront:DescribeFunction", "cloudfront:GetDistribution", "cloudfront:GetDistributionConfig", "cloudfront:GetFunction",
			"cloudfront:GetOriginAccessControl", "cloudfront:GetResponseHeadersPolicy", "cloudfront:ListTagsForResource", "cloudfront:PublishFunction",
			"cloudfront:TagResource", "cloudfront:UntagResource", "cloudfront:UpdateDistribution", "cloudfront:UpdateFunction",
			"cloudfront:UpdateOriginAccessControl", "cloudfront:UpdateResponseHeadersPolicy",
		}, resources: []string{a.globalARN("cloudfront", "*")}},
		{sid: "UploadFunctions", actions: []string{
			"lambda:AddPermission", "lambda:CreateFunction", "lambda:DeleteFunction", "lambda:GetFunction", "lambda:GetFunctionConfiguration", "lambda:GetRuntimeManagementConfig",
			"lambda:InvokeFunction", "lambda:ListTags", "lambda:RemovePermission", "lambda:TagResource", "lambda:UntagResource",
			"lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration",
		}, resources: []string{a.arn("lambda", "function:"+made)}},
		{sid: "UploadLayers", actions: []string{"lambda:DeleteLayerVersion", "lambda:GetLayerVersion", "lambda:PublishLayerVersion"}, resources: []string{
			a.arn("lambda", "layer:*AwsCliLayer*"),
		}},
		{sid: "UploadLogs", actions: []string{
			"logs:CreateLogGroup", "logs:DeleteLogGroup", "logs:DeleteRetentionPolicy", "logs:DescribeLogGroups", "logs:ListTagsForResource", "logs:PutRetentionPolicy",
			"logs:TagResource", "logs:UntagResource",
		}, resources: []string{a.arn("logs", "log-group:"+made)}},
		{sid: "Parameters", actions: []string{
			"ssm:AddTagsToResource", "ssm:DeleteParameter", "ssm:GetParameter", "ssm:GetParameters", "ssm:ListTagsForResource", "ssm:PutParameter", "ssm:RemoveTagsFromResource",
		}, resources: []string{a.parameters() + "/*"}},
		{sid: "BootstrapVersion", actions: []string{"ssm:GetParameters"}, resources: []string{a.bootstrapVersion()}},
		{sid: "RolesWithinTheBoundary", actions: []string{"iam:CreateRole", "iam:PutRolePolicy", "iam:PutRolePermissionsBoundary"}, resources: roles, when: boundary},
		{sid: "RolesThatWriteLogs", actions: []string{"iam:AttachRolePolicy"}, resources: roles, when: map[string]map[string]any{
			"StringEquals": {"iam:PermissionsBoundary": a.boundaryARN()},
			"ArnEquals":    {"iam:PolicyARN": "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"},
		}},
		{sid: "Roles", actions: []string{
			"iam:DeleteRole", "iam:DeleteRolePolicy", "iam:DetachRolePolicy", "iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies",
			"iam:TagRole", "iam:UntagRole", "iam:UpdateAssumeRolePolicy", "iam:UpdateRole",
		}, resources: roles},
		{sid: "RolesOfFunctions", actions: []string{"iam:PassRole"}, resources: roles, when: map[string]map[string]any{
			"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"},
		}},
	}
}

// boundary is the most that any role of the pipeline's world may do: the two that
// pipelines assume, the CDK's execution role, and those that deployments make.
func (a authority) boundary() []statement {
	list := []statement{
		{sid: "WhatStacksAreMadeOf", actions: []string{
			"cloudformation:*", "cloudfront:*", "cognito-idp:*", "iam:*Role*", "lambda:*", "logs:*", "s3:*", "ssm:*Parameter*", "ssm:*Tags*", "sts:AssumeRole",
		}, resources: []string{"*"}},
		{sid: "NoRoleWithoutThisBoundary", deny: true, actions: []string{
			"iam:AttachRolePolicy", "iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy",
		}, resources: []string{"*"}, when: map[string]map[string]any{"StringNotEquals": {"iam:PermissionsBoundary": a.boundaryARN()}}},
		{sid: "NoRoleLosesIt", deny: true, actions: []string{"iam:DeleteRolePermissionsBoundary"}, resources: []string{"*"}},
		{sid: "PipelinesDoNotChangeThemselves", deny: true, actions: []string{"iam:*"}, resources: []string{
			a.globalARN("iam", "role"+deliveryPath+"*"), a.globalARN("iam", "role/cdk-"+qualifier+"-*"),
		}},
		{sid: "NobodyReadsOrBecomesPeople", deny: true, actions: []string{
			"cognito-idp:AdminGetUser", "cognito-idp:AdminInitiateAuth", "cognito-idp:AdminResetUserPassword", "cognito-idp:AdminRespondToAuthChallenge",
			"cognito-idp:AdminSetUserPassword", "cognito-idp:AdminUpdateUserAttributes", "cognito-idp:ListUsers", "cognito-idp:ListUsersInGroup",
		}, resources: []string{"*"}},
	}
	if a.cfg.Protect {
		list = append(list, statement{sid: "NobodyDeletesPeople", deny: true, actions: []string{"cognito-idp:DeleteUserPool"}, resources: []string{"*"}})
	}
	return list
}
