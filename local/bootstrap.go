package local

import (
	"context"
	_ "embed"
	"fmt"

	"gatehouse/local/cloudformation"
)

// bootstrapTemplate holds the two resources of the CDK's own bootstrap template
// that a deployment reads, under the same logical ids: `cdk bootstrap` updates
// this stack in place.
//
//go:embed bootstrap.yaml
var bootstrapTemplate string

// bootstrapStack is the CDK's default name for it.
const bootstrapStack = "CDKToolkit"

// bootstrap makes a new local cloud ready for `cdk deploy`. A cloud that has the
// stack, whoever made it, is left alone.
func bootstrap(engine *cloudformation.Service) error {
	if err := engine.CreateStackOnce(context.Background(), bootstrapStack, bootstrapTemplate); err != nil {
		return fmt.Errorf("bootstrapping the local cloud for the CDK: %w", err)
	}
	return nil
}
