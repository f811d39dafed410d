// Command infra is the CDK app: it turns config/<env>.yaml into the CloudFormation
// templates of that environment. The cdk CLI runs it (see cdk.json):
//
//	npx cdk synth -c env=dev
//
// The context keys are in the contract package. The exit status is 2 if the
// configuration or the call is wrong, 1 if anything else fails.
package main

import (
	"os"

	_ "gatehouse/infra/jsiienv" // before the CDK, see there
)

func main() {
	os.Exit(run(invocation{
		project: ".", // the CLI runs the app in the folder of cdk.json
		context: os.Getenv("CDK_CONTEXT_JSON"),
		outdir:  os.Getenv("CDK_OUTDIR"),
		cache:   packageCache(os.Getenv),
		stderr:  os.Stderr,
	}))
}
