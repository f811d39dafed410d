package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/spf13/cobra"

	"gatehouse/config"
	"gatehouse/internal/smoke"
	"gatehouse/outputs"
)

// smokeOptions are the flags of gatehouse smoke.
type smokeOptions struct {
	environment, name, url string
	noUser, asJSON         bool
	timeout, patience      time.Duration
}

func newSmoke(h Host) *cobra.Command {
	o := smokeOptions{}
	cmd := &cobra.Command{
		Use:   "smoke",
		Short: "Try a deployment as a visitor would",
		Long: `Try a deployment as a visitor would: the page is served with its headers, its
configuration is the stacks', a throw-away user registers, is confirmed, signs in
over SRP and is deleted, also when a step fails.

Confirming and deleting take AWS credentials that allow cognito-idp:AdminConfirmSignUp
and cognito-idp:AdminDeleteUser. The mail of the registration goes to SES's mailbox
simulator, to nobody.

Exit status: 0 all passed or was skipped, 1 a step failed, 2 a mistake in the command
line or the configuration.`,
		Example: `  gatehouse smoke --env staging
  gatehouse smoke --env prod --no-user               look only
  gatehouse smoke --env prod --url https://shop.example.com
  gatehouse smoke --env preview --name pr-42 --json`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return h.smoke(cmd, o) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&o.environment, "env", "", "the environment: config/<env>.yaml")
	flags.StringVar(&o.name, "name", "", "which copy of an environment that is deployed in copies")
	flags.StringVar(&o.url, "url", "", "where the site is, if not at the stack's SiteUrl")
	flags.BoolVar(&o.noUser, "no-user", false, "look only: make no user")
	flags.BoolVar(&o.asJSON, "json", false, "print the steps as JSON")
	flags.DurationVar(&o.timeout, "timeout", 3*time.Minute, "the most that the whole test may take")
	flags.DurationVar(&o.patience, "patience", 30*time.Second, "how long the site may take to show what was deployed")
	return cmd
}

func (h Host) smoke(cmd *cobra.Command, o smokeOptions) error {
	if o.timeout <= 0 || o.patience < 0 {
		return usageError{fmt.Errorf("--timeout and --patience: want a time such as 3m; got %s and %s", o.timeout, o.patience)}
	}
	if o.url != "" && !strings.HasPrefix(o.url, "https://") && !strings.HasPrefix(o.url, "http://") {
		return usageError{fmt.Errorf("--url: want an address such as https://shop.example.com; got %q", o.url)}
	}
	cfg, err := h.environment(o.environment, o.name)
	if err != nil {
		return err
	}
	return h.try(cmd, cfg, o)
}

// try tries a deployed environment and prints how each step ended.
func (h Host) try(cmd *cobra.Command, cfg config.Config, o smokeOptions) error {
	sdk, cfg, err := h.cloud(cmd.Context(), cfg)
	if err != nil {
		return err
	}
	out, err := outputs.FromStacks(cmd.Context(), cloudformation.NewFromConfig(sdk), cfg)
	if err != nil {
		return err
	}
	url := strings.TrimSuffix(o.url, "/")
	if url == "" {
		url = out.SiteURL
	}
	if cfg.Local.Endpoint != "" {
		cfg.Local.Site = out.SiteURL // where this local cloud has it
	}
	d := smoke.Deployment{
		Config: cfg, Outputs: out, URL: url, Users: cognito.NewFromConfig(sdk), Now: h.Now, Rand: h.Rand,
		Patience: o.patience, NoUser: o.noUser,
	}
	if !o.asJSON {
		fmt.Fprintf(h.Stdout, "%s, environment %s, at %s\n", cfg.Project, cfg.Environment, url)
		d.OnStep = func(s smoke.Step) { printStep(h.Stdout, s) }
	}
	ctx, cancel := context.WithTimeout(cmd.Context(), o.timeout)
	defer cancel()
	steps, err := smoke.Run(ctx, d)
	if o.asJSON {
		encoder := json.NewEncoder(h.Stdout)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(struct {
			Project     string       `json:"project"`
			Environment string       `json:"environment"`
			URL         string       `json:"url"`
			OK          bool         `json:"ok"`
			Steps       []smoke.Step `json:"steps"`
		}{cfg.Project, cfg.Environment, url, err == nil, steps}); err != nil {
			return fmt.Errorf("printing the steps: %w", err)
		}
	}
	return err
}

func printStep(w io.Writer, s smoke.Step) {
	mark := map[smoke.Status]string{smoke.Passed: "✓", smoke.Failed: "✗", smoke.Skipped: "–"}[s.Status]
	line := fmt.Sprintf("  %s %s", mark, s.Name)
	switch s.Status {
	case smoke.Passed:
		line = fmt.Sprintf("  %s %-34s %5d ms", mark, s.Name, s.Milliseconds)
	case smoke.Failed:
		line += ": " + s.Detail
	case smoke.Skipped:
		line += ": skipped: " + s.Detail
	}
	fmt.Fprintln(w, line)
}
