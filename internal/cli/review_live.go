package cli

import (
	"cmp"
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/spf13/cobra"

	"gatehouse/config"
	"gatehouse/internal/project"
	"gatehouse/internal/review"
	"gatehouse/internal/review/source"
	"gatehouse/stacks/contract"
)

// liveVersions compares with what is deployed, and asks CloudFormation about it.
func (h Host) liveVersions(cmd *cobra.Command, p project.Project, cfg config.Config, o reviewOptions) (from, to review.Deployment, err error) {
	sdk, cfg, err := h.cloud(cmd.Context(), cfg)
	if err != nil {
		return from, to, err
	}
	if err := checkAccount(cmd.Context(), sdk, cfg); err != nil {
		return from, to, notReadError{err}
	}
	client := cloudformation.NewFromConfig(sdk)
	if from, err = source.Deployed(cmd.Context(), client, http.DefaultClient, cfg); err != nil {
		return from, to, notReadError{err}
	}
	var settings []string
	if cfg.Local.Endpoint != "" { // this local cloud may be on other ports than the environment's file says
		settings = []string{contract.ContextEndpoint + "=" + cfg.Local.Endpoint, contract.ContextSite + "=" + cmp.Or(from.Site, cfg.Local.Site)}
	}
	if to, err = h.wanted(cmd, p, cfg, o, settings...); err != nil || o.noChangeSet {
		return from, to, err
	}
	id := make([]byte, 8)
	if _, err := io.ReadFull(h.Rand, id); err != nil {
		return from, to, fmt.Errorf("naming a change set: %w", err)
	}
	if err := source.Ask(cmd.Context(), client, from, &to, hex.EncodeToString(id)); err != nil {
		return from, to, notAskedError{err}
	}
	return from, to, nil
}

// notAskedError says that CloudFormation gave no answer to what a change would do.
type notAskedError struct{ error }

func (e notAskedError) Unwrap() error { return e.error }

// Hint is how to go on without.
func (notAskedError) Hint() string {
	return "With credentials that may not make change sets: --no-change-set compares the templates alone."
}

// notReadError says that what is deployed could not be read.
type notReadError struct{ error }

func (e notReadError) Unwrap() error { return e.error }

// Hint is how to go on without.
func (notReadError) Hint() string {
	return "Without a connection or credentials: gatehouse review --from git:main compares with what is committed there."
}

// checkAccount fails if the credentials are of another account than the
// environment's: what is deployed would seem not to exist.
func checkAccount(ctx context.Context, sdk aws.Config, cfg config.Config) error {
	if cfg.Account == "" || cfg.Local.Endpoint != "" {
		return nil
	}
	who, err := sts.NewFromConfig(sdk).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return fmt.Errorf("asking AWS whose credentials these are: %w", err)
	}
	if account := aws.ToString(who.Account); account != cfg.Account {
		return fmt.Errorf("the credentials are of account %s; %s is in %s", account, cfg.Environment, cfg.Account)
	}
	return nil
}
