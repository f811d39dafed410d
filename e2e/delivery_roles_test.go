//go:build e2e

package e2e_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"

	"gatehouse/local"
	"gatehouse/local/localtest"
)

// TestAnAccountIsSetUpAsTheGuideSays runs the commands of docs/delivery.md that make
// the roles, in their order, and then those of a pipeline.
func TestAnAccountIsSetUpAsTheGuideSays(t *testing.T) {
	t.Parallel()
	c := cdk{t, newProject(t), localtest.Start(t), "prod"}
	deployedTo(t, map[string]*local.Cloud{"prod": c.cloud})(c.project)
	edit(t, filepath.Join(c.project, "config", "prod.yaml"), "# repository: acme/shop", "repository: acme/shop")
	guide := commandsOfTheGuide(t)

	c.run(append(strings.Fields(guide["deploy"]), "--require-approval", "never")...).want(t, 0)
	outputs := stacksIn(t, c.cloud)["gatehouse-prod-delivery"].outputs
	arguments := strings.NewReplacer(
		"ACCOUNT", local.DefaultAccount, "REGION", local.DefaultRegion,
		"EXECUTION_POLICY_ARN", outputs["ExecutionPolicyArn"], "PERMISSIONS_BOUNDARY", outputs["PermissionsBoundary"],
	).Replace(guide["bootstrap"])
	c.run(strings.Fields(arguments)...).want(t, 0, "bootstrapped")
	c.run("deploy", "--all", "--require-approval", "never").want(t, 0)

	toolkit, err := stacksClient(c.cloud).DescribeStacks(t.Context(), &cloudformation.DescribeStacksInput{StackName: new("CDKToolkit")})
	if err != nil {
		t.Fatal(err)
	}
	given := map[string]string{}
	for _, p := range toolkit.Stacks[0].Parameters {
		given[aws.ToString(p.ParameterKey)] = aws.ToString(p.ParameterValue)
	}
	if given["InputPermissionsBoundary"] != "gatehouse-prod-boundary" || given["CloudFormationExecutionPolicies"] != outputs["ExecutionPolicyArn"] {
		t.Errorf("the CDK's roles were made with %v; want the outputs %v", given, outputs)
	}
}

// commandsOfTheGuide are the arguments of the cdk commands in the guide's first part.
func commandsOfTheGuide(t *testing.T) map[string]string {
	t.Helper()
	guide, err := os.ReadFile(filepath.Join(root, "docs", "delivery.md"))
	if err != nil {
		t.Fatal(err)
	}
	commands := map[string]string{}
	for _, match := range regexp.MustCompile(`(?m)^npx cdk ((?:\\\n|.)*)$`).FindAllStringSubmatch(string(guide), -1) {
		line := strings.ReplaceAll(match[1], "\\\n", " ")
		name, _, _ := strings.Cut(line, " ")
		if commands[name] == "" {
			commands[name] = line
		}
	}
	return commands
}
