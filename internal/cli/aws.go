package cli

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

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
	if cfg.Local.Endpoint != "" {
		if endpoint := h.Getenv("AWS_ENDPOINT_URL"); endpoint != "" {
			cfg.Local.Endpoint = endpoint
		}
		// Nothing of the user's own AWS settings, which may name a profile that is gone.
		return aws.Config{
			Region: cfg.Region, BaseEndpoint: &cfg.Local.Endpoint, Logger: logging.Nop{},
			Credentials:      credentials.NewStaticCredentialsProvider("local", "local", ""),
			HTTPClient:       &http.Client{Transport: localCloud{wire.PlainBodies(http.DefaultTransport), cfg.Local.Endpoint}},
			RetryMaxAttempts: 1, // it runs or it does not
		}, cfg, answers(ctx, cfg.Local.Endpoint)
	}
	sdk, err := awsconfig.LoadDefaultConfig(ctx, awsconfig.WithRegion(cfg.Region), awsconfig.WithLogger(logging.Nop{}))
	if err != nil {
		return aws.Config{}, cfg, fmt.Errorf("loading the AWS settings: %w", err)
	}
	if _, err := sdk.Credentials.Retrieve(ctx); err != nil { // before anything is begun
		return aws.Config{}, cfg, &credentialsError{err}
	}
	return sdk, cfg, nil
}

// localCloud is the way to a local cloud. It may end, or be cut off, at any moment.
type localCloud struct {
	next     http.RoundTripper
	endpoint string
}

func (c localCloud) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := c.next.RoundTrip(r)
	if err != nil {
		return nil, &notRunningError{c.endpoint, err}
	}
	return response, nil
}

// answers fails if nothing listens at a local cloud's address.
func answers(ctx context.Context, endpoint string) error {
	at, err := url.Parse(endpoint)
	if err != nil || at.Hostname() == "" {
		return usageError{fmt.Errorf("AWS_ENDPOINT_URL: want an address such as http://localhost:4566; got %q", endpoint)}
	}
	const patience = 2 * time.Second
	conn, err := (&net.Dialer{Timeout: patience}).DialContext(ctx, "tcp", net.JoinHostPort(at.Hostname(), cmp.Or(at.Port(), at.Scheme)))
	if err != nil {
		return &notRunningError{endpoint, err}
	}
	return conn.Close()
}

// notRunningError says that there is no local cloud.
type notRunningError struct {
	endpoint string
	err      error
}

func (e *notRunningError) Error() string {
	return "the local cloud at " + e.endpoint + " does not answer: " + e.err.Error()
}

func (e *notRunningError) Unwrap() error { return e.err }

// Hint is how to go on.
func (e *notRunningError) Hint() string {
	return "gatehouse up starts it. If it is on another port, name that in AWS_ENDPOINT_URL."
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
