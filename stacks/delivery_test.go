package stacks_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"gatehouse/config"
	"gatehouse/stacks/contract"
)

// request is one call to AWS, as IAM sees it.
type request struct {
	action, resource string
	context          map[string]string
}

// permits evaluates statements of policies as IAM does for one account: something
// must allow, and nothing deny. It knows the operators that the delivery stack uses,
// and fails the test at others.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
func permits(t *testing.T, policies []any, r request) bool {
	t.Helper()
	allowed := false
	for _, policy := range policies {
		for _, s := range at(policy, "Statement").([]any) {
			if at(s, "NotAction") != nil || at(s, "NotResource") != nil {
				t.Fatal("the evaluator does not know NotAction and NotResource")
			}
			matches := anyLike(at(s, "Action"), r.action, true) && anyLike(at(s, "Resource"), r.resource, false) && holds(t, at(s, "Condition"), r.context)
			if matches && at(s, "Effect") == "Deny" {
				return false
			}
			allowed = allowed || matches
		}
	}
	return allowed
}

// within is whether the policies and the boundary both permit.
func within(t *testing.T, boundary any, policies []any, r request) bool {
	t.Helper()
	return permits(t, policies, r) && permits(t, []any{boundary}, r)
}

// holds is whether every condition of a statement holds. A key that a request lacks
// fails every operator but the negated.
func holds(t *testing.T, conditions any, context map[string]string) bool {
	t.Helper()
	operators, _ := conditions.(map[string]any)
	for operator, keys := range operators {
		for key, want := range keys.(map[string]any) {
			got, has := context[key]
			ok := false
			switch operator {
			case "StringEquals":
				ok = has && slices.Contains(texts(want), got)
			case "StringNotEquals":
				ok = !has || !slices.Contains(texts(want), got)
			case "StringLike", "ArnEquals", "ArnLike":
				ok = has && anyLike(want, got, false)
			default:
				t.Fatalf("the evaluator does not know %s", operator)
			}
			if !ok {
				return false
			}
		}
	}
	return true
}

func texts(v any) []string {
	if s, ok := v.(string); ok {
		return []string{s}
	}
	var list []string
	for _, item := range v.([]any) {
		list = append(list, item.(string))
	}
	return list
}

// anyLike is whether text matches one of the patterns, in which * is anything and ?
// one character.
func anyLike(patterns any, text string, anyCase bool) bool {
	return slices.ContainsFunc(texts(patterns), func(pattern string) bool {
		if anyCase {
			return matches(strings.ToLower(pattern), strings.ToLower(text))
		}
		return matches(pattern, text)
	})
}

func matches(pattern, text string) bool {
	switch {
	case pattern == "":
		return text == ""
	case pattern[0] == '*':
		return matches(pattern[1:], text) || text != "" && matches(pattern, text[1:])
	case text == "":
		return false
	}
	return (pattern[0] == '?' || pattern[0] == text[0]) && matches(pattern[1:], text[1:])
}

func TestTheEvaluatorEvaluates(t *testing.T) {
	t.Parallel()
	const policy = `{"Statement": [
		{"Effect": "Allow", "Action": ["s3:Get*"], "Resource": "arn:a/*"},
		{"Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:a/secret"},
		{"Effect": "Deny", "Action": "s3:GetAcl", "Resource": "*", "Condition": {"StringNotEquals": {"k": "v"}}},
		{"Effect": "Allow", "Action": "iam:?", "Resource": "*", "Condition": {"StringEquals": {"k": ["u", "v"]}, "StringLike": {"l": "x-*"}}}]}`
	var document any
	if err := json.Unmarshal([]byte(policy), &document); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		request request
		want    bool
	}{
		"what is allowed":                     {request{"s3:GetObject", "arn:a/b", nil}, true},
		"letter case of an action":            {request{"S3:getobject", "arn:a/b", nil}, true},
		"another action":                      {request{"s3:PutObject", "arn:a/b", nil}, false},
		"another resource":                    {request{"s3:GetObject", "arn:b", nil}, false},
		"what is denied":                      {request{"s3:GetObject", "arn:a/secret", nil}, false},
		"a negation of what is missing":       {request{"s3:GetAcl", "arn:a/b", nil}, false},
		"a negation that does not apply":      {request{"s3:GetAcl", "arn:a/b", map[string]string{"k": "v"}}, true},
		"all conditions":                      {request{"iam:X", "r", map[string]string{"k": "u", "l": "x-1"}}, true},
		"one condition":                       {request{"iam:X", "r", map[string]string{"k": "u"}}, false},
		"a condition of what is not the same": {request{"iam:X", "r", map[string]string{"k": "w", "l": "x-1"}}, false},
	} {
		if got := permits(t, []any{document}, tc.request); got != tc.want {
			t.Errorf("%s: got %t; want %t", name, got, tc.want)
		}
	}
}

// delivery is a synthesized delivery stack.
type delivery struct {
	template
	boundary, review, deploy, execution any
}

func newDelivery(t *testing.T, cfg config.Config) delivery {
	t.Helper()
	tm := synthDelivery(t, cfg)
	policy := func(id string) any { return at(tm.Resources[id].Properties, "PolicyDocument") }
	return delivery{tm, policy("Boundary"), policy("ReviewPolicy"), policy("DeployPolicy"), policy("ExecutionPolicy")}
}

// pipelines is an environment that a pipeline deploys, with what else is in it.
func pipelines(t *testing.T, name, rest string) config.Config {
	t.Helper()
	cfg, err := config.Parse(name+".yaml", []byte(`
project: shop
region: eu-central-1
account: "111122223333"
tags: {project: shop, environment: `+name+`}
`+rest))
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

const (
	stacksARN   = "arn:aws:cloudformation:eu-central-1:111122223333:stack/"
	rolesARN    = "arn:aws:iam::111122223333:role/"
	poolARN     = "arn:aws:cognito-idp:eu-central-1:111122223333:userpool/eu-central-1_Abc"
	boundaryARN = "arn:aws:iam::111122223333:policy/shop-prod-boundary"
)

// TestRolesMayDoNoMoreThanTheirWork tries what each role must not do beside what it must.
func TestRolesMayDoNoMoreThanTheirWork(t *testing.T) {
	const github = "delivery: {github: {repository: acme/shop, environment: production}}\n"
	d := newDelivery(t, pipelines(t, "prod", github))
	reviewer, deployer, cloudFormation := []any{d.review}, []any{d.review, d.deploy}, []any{d.execution}
	preview := newDelivery(t, pipelines(t, "preview", "protect: false\npreview: {lifetime: 3d}\n"+github))
	previewer := []any{preview.review, preview.deploy}
	codeBuild := newDelivery(t, pipelines(t, "prod", "delivery: {codeBuild: true}\n"))
	const logs = "arn:aws:logs:eu-central-1:111122223333:log-group:/aws/codebuild/"
	type context = map[string]string
	ours := context{"aws:ResourceTag/project": "shop", "aws:ResourceTag/environment": "prod"}
	reading := context{"cloudformation:ChangeSetName": "gatehouse-review-1"}

	for name, tc := range map[string]struct {
		boundary any
		who      []any
		action   string
		resource string
		context  context
		want     bool
	}{
		"a review reads what is deployed":              {d.boundary, reviewer, "cloudformation:GetTemplate", stacksARN + "shop-prod-auth/1", nil, true},
		"a review asks what would change":              {d.boundary, reviewer, "cloudformation:CreateChangeSet", stacksARN + "shop-prod-hosting/1", reading, true},
		"a review clears up":                           {d.boundary, reviewer, "cloudformation:DeleteChangeSet", stacksARN + "shop-prod-hosting/1", reading, true},
		"a review executes nothing":                    {d.boundary, reviewer, "cloudformation:ExecuteChangeSet", stacksARN + "shop-prod-auth/1", reading, false},
		"a review leaves a deployment's change set":    {d.boundary, reviewer, "cloudformation:DeleteChangeSet", stacksARN + "shop-prod-auth/1", context{"cloudformation:ChangeSetName": "cdk-deploy-change-set"}, false},
		"a review updates no stack":                    {d.boundary, reviewer, "cloudformation:UpdateStack", stacksARN + "shop-prod-auth/1", nil, false},
		"a review deletes no stack":                    {d.boundary, reviewer, "cloudformation:DeleteStack", stacksARN + "shop-prod-auth/1", nil, false},
		"a review reads no other environment":          {d.boundary, reviewer, "cloudformation:GetTemplate", stacksARN + "shop-prod-eu-auth/1", nil, false},
		"a review becomes no role that deploys":        {d.boundary, reviewer, "sts:AssumeRole", rolesARN + "cdk-hnb659fds-deploy-role-111122223333-eu-central-1", nil, false},
		"a review becomes no role that reads all":      {d.boundary, reviewer, "sts:AssumeRole", rolesARN + "cdk-hnb659fds-lookup-role-111122223333-eu-central-1", nil, false},
		"a review has parameters looked up":            {d.boundary, reviewer, "ssm:GetParameters", "arn:aws:ssm:eu-central-1:111122223333:parameter/shop/prod/UserPoolId", nil, true},
		"a review has no others looked up":             {d.boundary, reviewer, "ssm:GetParameters", "arn:aws:ssm:eu-central-1:111122223333:parameter/shop/staging/UserPoolId", nil, false},
		"a review lists no people":                     {d.boundary, reviewer, "cognito-idp:ListUsers", poolARN, ours, false},
		"a review writes no file":                      {d.boundary, reviewer, "s3:PutObject", "arn:aws:s3:::cdk-hnb659fds-assets-111122223333-eu-central-1/x", nil, false},
		"a review passes no role":                      {d.boundary, reviewer, "iam:PassRole", rolesARN + "cdk-hnb659fds-cfn-exec-role-111122223333-eu-central-1", nil, false},
		"a deployment becomes the CDK's deploy role":   {d.boundary, deployer, "sts:AssumeRole", rolesARN + "cdk-hnb659fds-deploy-role-111122223333-eu-central-1", nil, true},
		"a deployment publishes files":                 {d.boundary, deployer, "sts:AssumeRole", rolesARN + "cdk-hnb659fds-file-publishing-role-111122223333-eu-central-1", nil, true},
		"a deployment looks whether a stack is busy":   {d.boundary, deployer, "cloudformation:DescribeStacks", stacksARN + "shop-prod-auth/1", nil, true},
		"a deployment keeps what was there":            {d.boundary, deployer, "cloudformation:GetTemplate", stacksARN + "shop-prod-hosting/1", nil, true},
		"a deployment does not make resources itself":  {d.boundary, deployer, "sts:AssumeRole", rolesARN + "cdk-hnb659fds-cfn-exec-role-111122223333-eu-central-1", nil, false},
		"a deployment stays in its account":            {d.boundary, deployer, "sts:AssumeRole", "arn:aws:iam::444455556666:role/cdk-hnb659fds-deploy-role-444455556666-eu-central-1", nil, false},
		"a deployment stays in its Region":             {d.boundary, deployer, "sts:AssumeRole", rolesARN + "cdk-hnb659fds-deploy-role-111122223333-us-east-1", nil, false},
		"a deployment becomes no administrator":        {d.boundary, deployer, "sts:AssumeRole", rolesARN + "admin", nil, false},
		"a smoke test confirms its user":               {d.boundary, deployer, "cognito-idp:AdminConfirmSignUp", poolARN, ours, true},
		"a smoke test deletes its user":                {d.boundary, deployer, "cognito-idp:AdminDeleteUser", poolARN, ours, true},
		"a smoke test leaves other pools":              {d.boundary, deployer, "cognito-idp:AdminDeleteUser", poolARN, context{"aws:ResourceTag/project": "shop", "aws:ResourceTag/environment": "staging"}, false},
		"a smoke test leaves pools without tags":       {d.boundary, deployer, "cognito-idp:AdminDeleteUser", poolARN, nil, false},
		"a deployment sets no password":                {d.boundary, deployer, "cognito-idp:AdminSetUserPassword", poolARN, ours, false},
		"a deployment lists no people":                 {d.boundary, deployer, "cognito-idp:ListUsers", poolARN, ours, false},
		"a deployment deletes no stack of prod":        {d.boundary, deployer, "cloudformation:DeleteStack", stacksARN + "shop-prod-auth/1", nil, false},
		"a deployment makes no keys":                   {d.boundary, deployer, "iam:CreateAccessKey", "arn:aws:iam::111122223333:user/x", nil, false},
		"a preview is deleted":                         {preview.boundary, previewer, "cloudformation:DeleteStack", stacksARN + "shop-preview-pr-42-auth/1", nil, true},
		"previews are found":                           {preview.boundary, previewer, "cloudformation:DescribeStacks", "arn:aws:cloudformation:eu-central-1:111122223333:stack/*", nil, true},
		"the previews' own roles are not deleted":      {preview.boundary, previewer, "cloudformation:DeleteStack", stacksARN + "shop-preview-delivery/1", nil, false},
		"a preview's pipeline leaves prod":             {preview.boundary, previewer, "cloudformation:DeleteStack", stacksARN + "shop-prod-auth/1", nil, false},
		"CodeBuild writes its review's log":            {codeBuild.boundary, []any{codeBuild.review}, "logs:PutLogEvents", logs + "shop-prod-review:log-stream:1", nil, true},
		"CodeBuild writes its deployment's log":        {codeBuild.boundary, []any{codeBuild.review, codeBuild.deploy}, "logs:PutLogEvents", logs + "shop-prod-deploy:log-stream:1", nil, true},
		"CodeBuild's review writes no other log":       {codeBuild.boundary, []any{codeBuild.review}, "logs:PutLogEvents", logs + "shop-prod-deploy:log-stream:1", nil, false},
		"CodeBuild's review reads its token":           {codeBuild.boundary, []any{codeBuild.review}, "ssm:GetParameters", "arn:aws:ssm:eu-central-1:111122223333:parameter/shop/delivery/github-token", nil, true},
		"CodeBuild's deployment reads the release":     {codeBuild.boundary, []any{codeBuild.deploy}, "s3:GetObject", "arn:aws:s3:::codepipeline-eu-central-1-1234/release.zip", nil, true},
		"without CodeBuild, nobody does":               {d.boundary, deployer, "s3:GetObject", "arn:aws:s3:::codepipeline-eu-central-1-1234/release.zip", nil, false},
		"the pool is made":                             {d.boundary, cloudFormation, "cognito-idp:CreateUserPool", "arn:aws:cognito-idp:eu-central-1:111122223333:userpool/*", nil, true},
		"the pool is changed":                          {d.boundary, cloudFormation, "cognito-idp:UpdateUserPool", poolARN, nil, true},
		"a protected pool is not deleted":              {d.boundary, cloudFormation, "cognito-idp:DeleteUserPool", poolARN, nil, false},
		"a preview's pool is":                          {preview.boundary, []any{preview.execution}, "cognito-idp:DeleteUserPool", poolARN, nil, true},
		"no template reads people":                     {d.boundary, cloudFormation, "cognito-idp:ListUsers", poolARN, nil, false},
		"a bucket of the environment is made":          {d.boundary, cloudFormation, "s3:CreateBucket", "arn:aws:s3:::shop-prod-hosting-site-1", nil, true},
		"no other bucket is touched":                   {d.boundary, cloudFormation, "s3:PutBucketPolicy", "arn:aws:s3:::shop-staging-hosting-site-1", nil, false},
		"a role within the boundary is made":           {d.boundary, cloudFormation, "iam:CreateRole", rolesARN + "shop-prod-hosting-upload", context{"iam:PermissionsBoundary": boundaryARN}, true},
		"no role without it":                           {d.boundary, cloudFormation, "iam:CreateRole", rolesARN + "shop-prod-hosting-upload", nil, false},
		"no role within another":                       {d.boundary, cloudFormation, "iam:CreateRole", rolesARN + "shop-prod-hosting-upload", context{"iam:PermissionsBoundary": boundaryARN + "2"}, false},
		"no policy for a role without it":              {d.boundary, cloudFormation, "iam:PutRolePolicy", rolesARN + "shop-prod-hosting-upload", nil, false},
		"no role becomes an administrator's":           {d.boundary, cloudFormation, "iam:AttachRolePolicy", rolesARN + "shop-prod-hosting-upload", context{"iam:PermissionsBoundary": boundaryARN, "iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess"}, false},
		"no role loses the boundary":                   {d.boundary, cloudFormation, "iam:DeleteRolePermissionsBoundary", rolesARN + "shop-prod-hosting-upload", nil, false},
		"a function gets its role":                     {d.boundary, cloudFormation, "iam:PassRole", rolesARN + "shop-prod-hosting-upload", context{"iam:PassedToService": "lambda.amazonaws.com"}, true},
		"nothing else gets one":                        {d.boundary, cloudFormation, "iam:PassRole", rolesARN + "shop-prod-hosting-upload", context{"iam:PassedToService": "ec2.amazonaws.com"}, false},
		"a pipeline's role is out of a template's way": {d.boundary, cloudFormation, "iam:UpdateAssumeRolePolicy", rolesARN + "delivery/shop-prod-delivery-DeployRole-1", nil, false},
		"and so is the boundary":                       {d.boundary, cloudFormation, "iam:CreatePolicyVersion", boundaryARN, nil, false},
		"and the provider":                             {d.boundary, cloudFormation, "iam:UpdateOpenIDConnectProviderThumbprint", "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com", nil, false},
		"and the CDK's roles":                          {d.boundary, cloudFormation, "iam:UpdateAssumeRolePolicy", rolesARN + "cdk-hnb659fds-deploy-role-111122223333-eu-central-1", nil, false},
		"no template makes a user":                     {d.boundary, cloudFormation, "iam:CreateUser", "arn:aws:iam::111122223333:user/x", nil, false},
		"a file may be read to upload it":              {d.boundary, cloudFormation, "s3:GetObject", "arn:aws:s3:::cdk-hnb659fds-assets-111122223333-eu-central-1/x.zip", nil, true},
	} {
		if got := within(t, tc.boundary, tc.who, request{tc.action, tc.resource, tc.context}); got != tc.want {
			t.Errorf("%s: %s on %s: got %t; want %t", name, tc.action, tc.resource, got, tc.want)
		}
	}
}

// TestEveryResourceTypeCanBeDeployed: the execution policy knows every type that the
// stacks declare, so that a new one is not found out in production.
func TestEveryResourceTypeCanBeDeployed(t *testing.T) {
	makes := map[string]string{
		"AWS::CloudFront::Distribution": "cloudfront:CreateDistribution", "AWS::CloudFront::Function": "cloudfront:CreateFunction",
		"AWS::CloudFront::OriginAccessControl": "cloudfront:CreateOriginAccessControl", "AWS::CloudFront::ResponseHeadersPolicy": "cloudfront:CreateResponseHeadersPolicy",
		"AWS::Cognito::UserPool": "cognito-idp:CreateUserPool", "AWS::Cognito::UserPoolClient": "cognito-idp:CreateUserPoolClient",
		"AWS::Cognito::UserPoolDomain": "cognito-idp:CreateUserPoolDomain", "AWS::Cognito::UserPoolGroup": "cognito-idp:CreateGroup",
		"AWS::IAM::Policy": "iam:PutRolePolicy", "AWS::IAM::Role": "iam:CreateRole",
		"AWS::Lambda::Function": "lambda:CreateFunction", "AWS::Lambda::LayerVersion": "lambda:PublishLayerVersion",
		"AWS::Logs::LogGroup": "logs:CreateLogGroup", "AWS::S3::Bucket": "s3:CreateBucket", "AWS::S3::BucketPolicy": "s3:PutBucketPolicy",
		"AWS::SSM::Parameter": "ssm:PutParameter", "Custom::CDKBucketDeployment": "lambda:InvokeFunction", "Custom::S3AutoDeleteObjects": "lambda:InvokeFunction",
	}
	d := newDelivery(t, pipelines(t, "prod", "delivery: {codeBuild: true}\n"))
	var actions []string
	for _, s := range at(d.execution, "Statement").([]any) {
		actions = append(actions, texts(at(s, "Action"))...)
	}
	for name, cfg := range environments(t) {
		auth, hosting := synth(t, cfg, "testdata/site")
		for _, tm := range []template{auth, hosting} {
			for id, r := range tm.Resources {
				action, known := makes[r.Type]
				if !known || !slices.ContainsFunc(actions, func(pattern string) bool { return matches(pattern, action) }) {
					t.Errorf("%s: %s, a %s: the execution policy does not allow to make it (%q)", name, id, r.Type, action)
				}
			}
		}
	}
}

// TestRolesTrustTheirJobsAlone tries tokens of jobs that each role is, and is not, for.
func TestRolesTrustTheirJobsAlone(t *testing.T) {
	d := newDelivery(t, pipelines(t, "prod", "delivery: {github: {repository: acme/shop, environment: production}, gitlab: {project: acme/shop}, codeBuild: true}\n"))
	branch := newDelivery(t, pipelines(t, "dev", "delivery: {github: {repository: acme/shop}}\n"))
	const gh, gl = "token.actions.githubusercontent.com", "gitlab.com"
	token := func(host, aud, sub string) map[string]string {
		return map[string]string{host + ":aud": aud, host + ":sub": sub}
	}
	github := func(sub string) map[string]string { return token(gh, "sts.amazonaws.com", sub) }
	gitlab := func(sub string) map[string]string { return token(gl, "https://gitlab.com", sub) }
	codeBuild := func(project string) map[string]string {
		return map[string]string{"aws:SourceAccount": "111122223333", "aws:SourceArn": "arn:aws:codebuild:eu-central-1:111122223333:project/" + project}
	}
	previews := newDelivery(t, pipelines(t, "preview", "protect: false\npreview: {lifetime: 3d}\ndelivery: {github: {repository: acme/shop, environment: preview}, gitlab: {project: acme/shop}}\n"))
	for name, tc := range map[string]struct {
		delivery       delivery
		context        map[string]string
		review, deploy bool
	}{
		"a pull request":                     {d, github("repo:acme/shop:pull_request"), true, false},
		"a job of the environment":           {d, github("repo:acme/shop:environment:production"), false, true},
		"a job of another environment":       {d, github("repo:acme/shop:environment:staging"), false, false},
		"a job of the branch":                {d, github("repo:acme/shop:ref:refs/heads/main"), true, false},
		"a job of another branch":            {d, github("repo:acme/shop:ref:refs/heads/main2"), false, false},
		"another repository":                 {d, github("repo:acme/shop2:environment:production"), false, false},
		"another repository's pull request":  {d, github("repo:evil/shop:pull_request"), false, false},
		"a token for somebody else":          {d, token(gh, "https://github.com/acme", "repo:acme/shop:environment:production"), false, false},
		"a token without a subject":          {d, map[string]string{gh + ":aud": "sts.amazonaws.com"}, false, false},
		"the branch, without an environment": {branch, github("repo:acme/shop:ref:refs/heads/main"), true, true},
		"another branch":                     {branch, github("repo:acme/shop:ref:refs/heads/main2"), false, false},
		"a tag called main":                  {branch, github("repo:acme/shop:ref:refs/tags/main"), false, false},
		"a merge request":                    {d, gitlab("project_path:acme/shop:ref_type:branch:ref:feature"), true, false},
		"a merge request's preview":          {previews, gitlab("project_path:acme/shop:ref_type:branch:ref:feature"), true, true},
		"a fork's preview":                   {previews, gitlab("project_path:evil/shop:ref_type:branch:ref:feature"), false, false},
		"a pull request without environment": {previews, github("repo:acme/shop:pull_request"), true, false},
		"GitLab's branch":                    {d, gitlab("project_path:acme/shop:ref_type:branch:ref:main"), true, true},
		"a GitLab tag":                       {d, gitlab("project_path:acme/shop:ref_type:tag:ref:main"), false, false},
		"another GitLab project":             {d, gitlab("project_path:acme/shop2:ref_type:branch:ref:main"), false, false},
		"CodeBuild's review":                 {d, codeBuild("shop-prod-review"), true, false},
		"CodeBuild's deployment":             {d, codeBuild("shop-prod-deploy"), false, true},
		"another CodeBuild project":          {d, codeBuild("shop-prod-deploy2"), false, false},
	} {
		for role, want := range map[string]bool{"ReviewRole": tc.review, "DeployRole": tc.deploy} {
			got := false
			for _, s := range at(tc.delivery.Resources[role].Properties, "AssumeRolePolicyDocument", "Statement").([]any) {
				if at(s, "Effect") != "Allow" || at(s, "Principal") == "*" || at(s, "Principal", "AWS") != nil || at(s, "Condition") == nil {
					t.Errorf("%s trusts %v", role, s)
				}
				got = got || holds(t, at(s, "Condition"), tc.context)
			}
			if got != want {
				t.Errorf("%s: %s: got %t; want %t", name, role, got, want)
			}
		}
	}
}

// TestDeliveryFitsIAM: limits of IAM, and of a template that is not uploaded.
func TestDeliveryFitsIAM(t *testing.T) {
	cfg := pipelines(t, "prod", "delivery: {github: {repository: acme/shop}, gitlab: {project: acme/shop}, codeBuild: true}\n")
	cfg.Project, cfg.Environment = strings.Repeat("p", 40), strings.Repeat("e", 40)
	d := newDelivery(t, cfg)
	if n := len(d.text); n > 51200 {
		t.Errorf("the template has %d characters; CloudFormation takes 51,200 without an upload", n)
	}
	for id, policy := range d.of("AWS::IAM::ManagedPolicy") {
		text, err := json.Marshal(policy.Properties["PolicyDocument"])
		if err != nil || len(text) > 6144 {
			t.Errorf("%s has %d characters (%v); IAM takes 6,144", id, len(text), err)
		}
		if name := policy.Properties["ManagedPolicyName"]; name != nil && len(fmt.Sprint(name)) > 128 {
			t.Errorf("%s is too long a name", name)
		}
	}
	for id, role := range d.of("AWS::IAM::Role") {
		if at(role.Properties, "PermissionsBoundary", "Ref") != "Boundary" {
			t.Errorf("%s has no boundary", id)
		}
	}
}

// TestTheCDKsRolesAreCalledAsWeThink holds the names in the policies to those in the
// template of cdk bootstrap.
func TestTheCDKsRolesAreCalledAsWeThink(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../node_modules/aws-cdk/lib/api/bootstrap/bootstrap-template.yaml")
	if err != nil {
		t.Skipf("the cdk command line is not installed: %v", err)
	}
	for _, name := range []string{
		"cdk-${Qualifier}-deploy-role-${AWS::AccountId}-${AWS::Region}", "cdk-${Qualifier}-file-publishing-role-${AWS::AccountId}-${AWS::Region}",
		"cdk-${Qualifier}-cfn-exec-role-${AWS::AccountId}-${AWS::Region}", "cdk-${Qualifier}-assets-${AWS::AccountId}-${AWS::Region}",
		"Default: hnb659fds", "/cdk-bootstrap/${Qualifier}/version", ":policy/${InputPermissionsBoundary}",
	} {
		if !strings.Contains(string(data), name) {
			t.Errorf("%s is not in the bootstrap template", name)
		}
	}
}

// TestDeliveryTellsWhatItMade: documents and workflows hold these names.
func TestDeliveryTellsWhatItMade(t *testing.T) {
	d := newDelivery(t, pipelines(t, "prod", "delivery: {codeBuild: true}\n"))
	for _, name := range []string{contract.OutputReviewRoleARN, contract.OutputDeployRoleARN, contract.OutputExecutionPolicyARN, contract.OutputPermissionsBoundary} {
		if d.Outputs[name]["Value"] == nil {
			t.Errorf("there is no output %s", name)
		}
	}
	if got := d.Outputs[contract.OutputPermissionsBoundary]["Value"]; got != contract.BoundaryName("shop", "prod") {
		t.Errorf("the boundary is called %v", got)
	}
}
