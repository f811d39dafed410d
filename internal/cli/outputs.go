package cli

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/spf13/cobra"

	"gatehouse/config"
	"gatehouse/outputs"
)

func newOutputs(h Host) *cobra.Command {
	var environment, format, dir, from string
	cmd := &cobra.Command{
		Use:   "outputs",
		Short: "Write the configuration files that pages read",
		Long: `Write what a deployment hands over to pages and programs: the ids of the user pool
and its client, the Region, the rules for passwords. The deployed site has these
files already; this writes them for a front end that is developed elsewhere.

Formats:
  amplify_outputs.json   aws-amplify 6, Amplify UI
  aws-exports.js         pages made with Amplify Gen 1
  config.js              pages with amazon-cognito-identity-js
  .env                   programs and build tools`,
		Example: `  gatehouse outputs --env prod --format amplify_outputs.json --out ../shop/src
  gatehouse outputs --env prod --from outputs.json      after cdk deploy --outputs-file outputs.json
  gatehouse outputs --env local --format all --out .    from the running local cloud`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			formats, err := outputs.ParseFormat(format)
			if err != nil {
				return usageError{fmt.Errorf("--%w", err)}
			}
			p, err := h.project()
			if err != nil {
				return err
			}
			cfg, err := p.Config(environment)
			if err != nil {
				return err
			}
			o, err := h.readOutputs(cmd.Context(), cfg, from)
			if err != nil {
				return err
			}
			changed, err := outputs.Write(dir, formats, o)
			for _, path := range changed {
				fmt.Fprintln(h.Stdout, filepath.ToSlash(path))
			}
			return err
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&environment, "env", "", "the environment: config/<env>.yaml")
	flags.StringVar(&format, "format", string(outputs.FormatAmplifyOutputs), `the file to write, or "all"`)
	flags.StringVar(&dir, "out", ".", "the folder to write into")
	flags.StringVar(&from, "from", "", "read a file of cdk deploy --outputs-file instead of the live stacks")
	return cmd
}

// readOutputs reads a deployment from a cdk outputs file, or else from its stacks.
func (h Host) readOutputs(ctx context.Context, cfg config.Config, from string) (outputs.Outputs, error) {
	if from != "" {
		return outputs.FromFile(from, cfg)
	}
	sdk, cfg, err := h.cloud(ctx, cfg)
	if err != nil {
		return outputs.Outputs{}, err
	}
	return outputs.FromStacks(ctx, cloudformation.NewFromConfig(sdk), cfg)
}
