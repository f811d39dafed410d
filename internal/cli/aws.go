package cli

import (
	"context"
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/smithy-go/logging"

	"gatehouse/config"
	"gatehouse/local/wire"
)

// cloud is how SDK clients reach an environment: AWS with the user's credentials, or
// a local cloud. AWS_ENDPOINT_URL names a local cloud on other ports than the
// environment's file says; the returned configuration is the one deployed there.
func (h Host) cloud(ctx context.Context, cfg config.Config) (aws.Config, config.Config, error) {
	options := []func(*awsconfig.LoadOptions) error{awsconfig.WithRegion(cfg.Region), awsconfig.WithLogger(logging.Nop{})}
	if cfg.Local.Endpoint != "" {
		if endpoint := h.Getenv("AWS_ENDPOINT_URL"); endpoint != "" {
			cfg.Local.Endpoint = endpoint
		}
		options = append(options,
			awsconfig.WithBaseEndpoint(cfg.Local.Endpoint),
			awsconfig.WithCredentialsProvider(credentials.NewStaticCredentialsProvider("local", "local", "")),
			awsconfig.WithRetryMaxAttempts(1)) // it runs or it does not
	}
	sdk, err := awsconfig.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return aws.Config{}, cfg, fmt.Errorf("loading the AWS settings: %w", err)
	}
	if cfg.Local.Endpoint != "" { // not an option: it would refuse a user's AWS_CA_BUNDLE
		sdk.HTTPClient = &http.Client{Transport: wire.PlainBodies(http.DefaultTransport)}
	}
	if _, err := sdk.Credentials.Retrieve(ctx); err != nil { // before anything is begun
		return aws.Config{}, cfg, &credentialsError{err}
	}
	return sdk, cfg, nil
}

// credentialsError says that there is nobody to be on AWS.
type credentialsError struct{ err error }

func (e *credentialsError) Error() string { return "there are no AWS credentials: " + e.err.Error() }

func (e *credentialsError) Unwrap() error { return e.err }

// Hint is how to go on.
func (e *credentialsError) Hint() string {
	return "Sign in with aws sso login or aws configure, and name the profile in AWS_PROFILE if it is not the default."
}

// environment loads an environment of the project, or the copy of it called name.
func (h Host) environment(environment, name string) (config.Config, error) {
	p, err := h.project()
	if err != nil {
		return config.Config{}, err
	}
	cfg, err := p.Config(environment)
	if err != nil {
		return config.Config{}, err
	}
	if cfg, err = cfg.Named(name); err != nil {
		return config.Config{}, usageError{fmt.Errorf("--%w", err)}
	}
	return cfg, nil
}
