package stacks

import "strings"

// Whose tokens are meant for AWS, and what they say of themselves:
// https://docs.github.com/en/actions/reference/security/oidc
// https://docs.gitlab.com/ci/cloud_services/aws/
const (
	gitHubHost     = "token.actions.githubusercontent.com"
	gitHubAudience = "sts.amazonaws.com"
)

// callers are who may assume a role, by what a token's subject says.
type callers struct {
	github    func(a authority) []string // the subjects of jobs
	gitlab    func(a authority) string   // a pattern that the subject of a job matches
	codeBuild string                     // the end of a CodeBuild project's name
}

var (
	// reviewers are jobs of pull requests, and of the branch: there they review the
	// release for whoever approves it. GitHub gives jobs of a fork no token.
	reviewers = callers{
		github: func(a authority) []string {
			repository := "repo:" + a.cfg.Delivery.GitHub.Repository
			return []string{repository + ":pull_request", repository + ":ref:refs/heads/" + a.cfg.Delivery.GitHub.Branch}
		},
		gitlab:    anyBranch,
		codeBuild: "review",
	}
	// deployers are jobs of one GitHub environment, or of one branch. Previews are of
	// branches, so those of any branch may deploy one.
	deployers = callers{
		github: func(a authority) []string {
			g := a.cfg.Delivery.GitHub
			if g.Environment != "" {
				return []string{"repo:" + g.Repository + ":environment:" + g.Environment}
			}
			return []string{"repo:" + g.Repository + ":ref:refs/heads/" + g.Branch}
		},
		gitlab: func(a authority) string {
			if a.cfg.Preview.Lifetime > 0 {
				return anyBranch(a)
			}
			return "project_path:" + a.cfg.Delivery.GitLab.Project + ":ref_type:branch:ref:" + a.cfg.Delivery.GitLab.Branch
		},
		codeBuild: "deploy",
	}
)

// anyBranch matches GitLab's jobs of a merge request, whose subject names the source
// branch, and those of a branch.
func anyBranch(a authority) string {
	return "project_path:" + a.cfg.Delivery.GitLab.Project + ":ref_type:branch:ref:*"
}

// trust is the policy that lets callers assume a role.
func (a authority) trust(providers map[string]*string, who callers) map[string]any {
	d := a.cfg.Delivery
	var list []any
	withToken := func(host, audience string, subjects ...string) {
		conditions := map[string]map[string]any{"StringEquals": {host + ":aud": audience}}
		operator := "StringEquals"
		if strings.HasSuffix(subjects[0], "*") { // in a name, a star is refused: see config
			operator = "StringLike"
			conditions[operator] = map[string]any{}
		}
		conditions[operator][host+":sub"] = subjects
		list = append(list, map[string]any{
			"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
			"Principal": map[string]any{"Federated": providers[host]},
			"Condition": conditions,
		})
	}
	if d.GitHub.Repository != "" {
		withToken(gitHubHost, gitHubAudience, who.github(a)...)
	}
	if d.GitLab.Project != "" {
		withToken(d.GitLab.Host, "https://"+d.GitLab.Host, who.gitlab(a))
	}
	if d.CodeBuild {
		list = append(list, map[string]any{
			"Effect": "Allow", "Action": "sts:AssumeRole",
			"Principal": map[string]any{"Service": "codebuild.amazonaws.com"},
			"Condition": map[string]map[string]any{
				"StringEquals": {"aws:SourceAccount": a.cfg.Account},
				"ArnEquals":    {"aws:SourceArn": a.arn("codebuild", "project/"+a.codeBuildProject(who))},
			},
		})
	}
	return map[string]any{"Version": "2012-10-17", "Statement": list}
}
