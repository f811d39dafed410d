package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"

	"github.com/spf13/cobra"

	"gatehouse/config"
	"gatehouse/internal/project"
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
			problems, err := misnamed(p.Dir)
			if err != nil {
				return err
			}
			for _, environment := range environments {
				err := check(p, environment)
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
			if len(environments) == 1 {
				fmt.Fprintln(h.Stderr, "The environment is in order")
			} else {
				fmt.Fprintf(h.Stderr, "%d environments are in order\n", len(environments))
			}
			return nil
		},
	}
}

// check looks at one environment, its waivers included.
func check(p project.Project, environment string) error {
	cfg, err := p.Config(environment)
	if err != nil {
		return err
	}
	places, err := config.Locate(os.DirFS(p.Dir), environment)
	if err != nil {
		return err
	}
	_, err = waivers(cfg, places)
	return err
}

// misnamed are files that look like environments and are none.
func misnamed(dir string) (problems config.Problems, err error) {
	files, err := fs.Glob(os.DirFS(dir), path.Join(config.Dir, "*.yml"))
	if err != nil {
		return nil, fmt.Errorf("listing %s: %w", config.Dir, err)
	}
	for _, file := range files {
		problems = append(problems, config.Problem{File: file, Line: 1, Message: "an environment's file ends in .yaml; this one is not read"})
	}
	return problems, nil
}
