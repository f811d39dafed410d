package cli

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"gatehouse/config"
)

func newCheck(h Host) *cobra.Command {
	return &cobra.Command{
		Use:   "check [environment ...]",
		Short: "Check the configuration of environments",
		Long: `Check config/<environment>.yaml, of all environments if none is named. Every mistake
is one line: file:line: key: what was wanted; what was found.`,
		RunE: func(_ *cobra.Command, environments []string) error {
			p, err := h.project()
			if err != nil {
				return err
			}
			if len(environments) == 0 {
				if environments, err = config.Environments(os.DirFS(p.Dir)); err != nil {
					return err
				}
			}
			var problems config.Problems
			for _, environment := range environments {
				_, err := p.Config(environment)
				found, ok := errors.AsType[config.Problems](err)
				if err != nil && !ok {
					return err
				}
				for _, problem := range found {
					if !slices.Contains(problems, problem) { // a mistake in a shared file is one mistake
						problems = append(problems, problem)
					}
				}
			}
			if len(problems) > 0 {
				return problems
			}
			fmt.Fprintf(h.Stderr, "%d environments are in order\n", len(environments))
			return nil
		},
	}
}
