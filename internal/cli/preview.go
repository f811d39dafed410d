package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/spf13/cobra"

	"gatehouse/config"
	"gatehouse/internal/preview"
	"gatehouse/internal/project"
	"gatehouse/internal/up"
)

func newPreview(h Host) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "preview",
		Short: "Deploy a short-lived copy, and delete it",
		Long: `A preview is a copy of an environment for a while, such as one a pull request: with a
name, users and a site of its own. The environment says how long one lives
(preview.lifetime).`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newPreviewDeploy(h), newPreviewList(h), newPreviewDelete(h), newPreviewClean(h))
	return cmd
}

func newPreviewDeploy(h Host) *cobra.Command {
	var environment, change string
	var wait time.Duration
	cmd := &cobra.Command{
		Use:     "deploy",
		Short:   "Deploy a preview and print its address",
		Example: `  gatehouse preview deploy --name pr-42`,
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := h.project()
			if err != nil {
				return err
			}
			cfg, name, err := h.preview(environment, change)
			if err != nil {
				return err
			}
			con := h.console()
			defer con.Close()
			if err := up.Build(cmd.Context(), p, con); err != nil {
				return err
			}
			out := p.PreviewPath(cfg.Environment)
			task := con.Start("Synthesizing")
			if err := p.Synth(cmd.Context(), project.Synthesis{Environment: environment, Name: name, Out: out, Validate: true}); err != nil {
				task.Fail()
				return err
			}
			task.Done("")
			d, err := h.deployer(cmd.Context(), p, cfg, wait)
			if err != nil {
				return err
			}
			if err := d.Deploy(cmd.Context(), out); err != nil {
				return err
			}
			_, url, err := d.Live(cmd.Context())
			if err == nil {
				fmt.Fprintln(h.Stdout, url)
			}
			return err
		},
	}
	previewFlags(cmd, &environment, &change)
	cmd.Flags().DurationVar(&wait, "wait", 30*time.Minute, "the most to wait while another deployment is at work")
	return cmd
}

func previewFlags(cmd *cobra.Command, environment, name *string) {
	cmd.Flags().SortFlags = false
	cmd.Flags().StringVar(environment, "env", "preview", "the environment that it is a copy of: config/<env>.yaml")
	if name != nil {
		cmd.Flags().StringVar(name, "name", "", "its name: pr-42, or a branch")
	}
}

// preview is the copy of an environment for a change.
func (h Host) preview(environment, change string) (config.Config, string, error) {
	name, err := config.NameFor(change)
	if err != nil {
		return config.Config{}, "", usageError{fmt.Errorf("--name: %w", err)}
	}
	cfg, err := h.environment(environment, name)
	return cfg, name, err
}

// previews are the copies of an environment that are deployed.
func (h Host) previews(ctx context.Context, environment string) ([]preview.Preview, *cloudformation.Client, error) {
	p, err := h.project()
	if err != nil {
		return nil, nil, err
	}
	cfg, err := p.Config(environment)
	if err != nil {
		return nil, nil, err
	}
	if cfg.Preview.Lifetime == 0 {
		return nil, nil, usageError{fmt.Errorf("--env: the environment %s has no copies: it sets no preview.lifetime", environment)}
	}
	sdk, cfg, err := h.cloud(ctx, cfg)
	if err != nil {
		return nil, nil, err
	}
	client := cloudformation.NewFromConfig(sdk)
	list, err := preview.List(ctx, client, cfg)
	return list, client, err
}

func newPreviewList(h Host) *cobra.Command {
	var environment string
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the previews that are deployed",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			list, _, err := h.previews(cmd.Context(), environment)
			if err != nil {
				return err
			}
			table := tabwriter.NewWriter(h.Stdout, 0, 0, 2, ' ', 0)
			for _, p := range list {
				fmt.Fprintf(table, "%s\texpires %s\t%s\n", p.Name, p.Expires.UTC().Format("2006-01-02 15:04 UTC"), p.URL)
			}
			return table.Flush()
		},
	}
	previewFlags(cmd, &environment, nil)
	return cmd
}

func newPreviewDelete(h Host) *cobra.Command {
	var environment, change string
	cmd := &cobra.Command{
		Use:   "delete",
		Short: "Delete a preview, its users included",
		Long:  "Delete a preview, its users included. It is no error if there is none.",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, name, err := h.preview(environment, change)
			if err != nil {
				return err
			}
			return h.deletePreviews(cmd.Context(), environment, func(p preview.Preview) bool { return p.Name == name })
		},
	}
	previewFlags(cmd, &environment, &change)
	return cmd
}

func newPreviewClean(h Host) *cobra.Command {
	var environment string
	cmd := &cobra.Command{
		Use:   "clean",
		Short: "Delete the previews whose time is over",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return h.deletePreviews(cmd.Context(), environment, func(p preview.Preview) bool { return !h.Now().Before(p.Expires) })
		},
	}
	previewFlags(cmd, &environment, nil)
	return cmd
}

// deletePreviews deletes those that are meant. One that cannot be deleted does not
// keep the others.
func (h Host) deletePreviews(ctx context.Context, environment string, meant func(preview.Preview) bool) error {
	list, client, err := h.previews(ctx, environment)
	if err != nil {
		return err
	}
	var failed []error
	for _, p := range slices.DeleteFunc(list, func(p preview.Preview) bool { return !meant(p) }) {
		if err := preview.Delete(ctx, client, p); err != nil {
			failed = append(failed, fmt.Errorf("preview %s: %w", p.Name, err))
			continue
		}
		fmt.Fprintf(h.Stdout, "%s is deleted\n", p.Name)
	}
	return errors.Join(failed...)
}
