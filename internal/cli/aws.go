package cli

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"gatehouse/config"
)

// cloud is how SDK clients reach an environment: AWS with the user's credentials, or
// a local cloud. AWS_ENDPOINT_URL names a local cloud on other ports than the
// environment's file says; the returned configuration is the one deployed there.
func (h Host) cloud(ctx context.Context, cfg config.Config) (aws.Config, config.Config, error) {
	options := []func(*awsconfig.LoadOptions) error{awsconfig.WithRegion(cfg.Region)}
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
	return sdk, cfg, nil
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
