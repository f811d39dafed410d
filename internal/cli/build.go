package cli

import (
	"time"

	"github.com/spf13/cobra"

	"gatehouse/internal/up"
)

func newBuild(h Host) *cobra.Command {
	var quiet bool
	cmd := &cobra.Command{
		Use:   "build",
		Short: "Install and build what a deployment needs",
		Long: `Install the npm packages, build the pages into site/dist and the CDK app into
bin/infra. What is up to date is left alone. The cdk command line runs this by
itself before it synthesizes ("build" in cdk.json).`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := h.project()
			if err != nil {
				return err
			}
			con := h.console()
			defer con.Close()
			if quiet {
				con.Patience = time.Second
			}
			return up.Build(cmd.Context(), p, con)
		},
	}
	cmd.Flags().BoolVarP(&quiet, "quiet", "q", false, "say nothing about what takes less than a second")
	return cmd
}

// noArgs refuses arguments as a mistake in the command line.
func noArgs(cmd *cobra.Command, args []string) error {
	if err := cobra.NoArgs(cmd, args); err != nil {
		return usageError{err}
	}
	return nil
}
