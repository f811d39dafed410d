package stacks

// Whose tokens are meant for AWS, and what they say of themselves:
// https://docs.github.com/en/actions/reference/security/oidc
// https://docs.gitlab.com/ci/cloud_services/aws/
const (
	gitHubHost     = "token.actions.githubusercontent.com"
	gitHubAudience = "sts.amazonaws.com"
)

// callers are who may assume a role, by what a token's subject says.
type callers struct {
	github    func(a authority) string // the subject of a job
	gitlab    func(a authority) string // a pattern that the subject of a job matches
	codeBuild string                   // the end of a CodeBuild project's name
}

var (
	// reviewers are jobs of pull requests. GitHub gives those of a fork no token.
	reviewers = callers{
		github: func(a authority) string { return "repo:" + a.cfg.Delivery.GitHub.Repository + ":pull_request" },
		// A merge request's subject names its source branch, whichever that is.
		gitlab: func(a authority) string {
			return "project_path:" + a.cfg.Delivery.GitLab.Project + ":ref_type:branch:ref:*"
		},
		codeBuild: "review",
	}
	// deployers are jobs of one GitHub environment, or of one branch.
	deployers = callers{
		github: func(a authority) string {
			g := a.cfg.Delivery.GitHub
			if g.Environment != "" {
				return "repo:" + g.Repository + ":environment:" + g.Environment
			}
			return "repo:" + g.Repository + ":ref:refs/heads/" + g.Branch
		},
		gitlab: func(a authority) string {
			return "project_path:" + a.cfg.Delivery.GitLab.Project + ":ref_type:branch:ref:" + a.cfg.Delivery.GitLab.Branch
		},
		codeBuild: "deploy",
	}
)

// trust is the policy that lets callers assume a role.
func (a authority) trust(providers map[string]*string, who callers) map[string]any {
	d := a.cfg.Delivery
	var list []any
	withToken := func(host, operator, subject, audience string) {
		conditions := map[string]map[string]any{"StringEquals": {host + ":aud": audience}}
		if operator == "StringEquals" {
			conditions[operator][host+":sub"] = subject
		} else {
			conditions[operator] = map[string]any{host + ":sub": subject}
		}
		list = append(list, map[string]any{
			"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
			"Principal": map[string]any{"Federated": providers[host]},
			"Condition": conditions,
		})
	}
	if d.GitHub.Repository != "" {
		withToken(gitHubHost, "StringEquals", who.github(a), gitHubAudience)
	}
	if d.GitLab.Project != "" {
		operator := "StringEquals"
		if who.codeBuild == reviewers.codeBuild {
			operator = "StringLike"
		}
		withToken(d.GitLab.Host, operator, who.gitlab(a), "https://"+d.GitLab.Host)
	}
	if d.CodeBuild {
		list = append(list, map[string]any{
			"Effect": "Allow", "Action": "sts:AssumeRole",
			"Principal": map[string]any{"Service": "codebuild.amazonaws.com"},
			"Condition": map[string]map[string]any{
				"StringEquals": {"aws:SourceAccount": a.cfg.Account},
				"ArnEquals":    {"aws:SourceArn": a.arn("codebuild", "project/"+a.cfg.Project+"-"+a.cfg.Environment+"-"+who.codeBuild)},
			},
		})
	}
	return map[string]any{"Version": "2012-10-17", "Statement": list}
}
