package stacks

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudfront"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudfrontorigins"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsssm"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"gatehouse/config"
	"gatehouse/stacks/contract"
)

// HostingProps say what people will find.
type HostingProps struct {
	Config  config.Config
	Release Release // made of the same Config
	// Auth is deployed before; its ids are published with the pages. They come through
	// SSM parameters, so neither stack locks the other.
	Auth Auth
}

// Hosting is the stack with the site.
type Hosting struct {
	Stack        awscdk.Stack
	Bucket       awss3.Bucket
	Distribution awscloudfront.Distribution
}

// NewHosting declares the hosting stack in scope: a private bucket of releases and
// the distribution in front of it.
//
// A deployment adds releases/<id>/ to the bucket, and files with hashed names
// beside it; it changes nothing that is being served. Then the router, whose code
// holds the id, makes the release the live one: at once, whole, without an
// invalidation. To go back, deploy an earlier commit: what it publishes is there
// still, and the router is all that visitors notice.
func NewHosting(scope constructs.Construct, p HostingProps) Hosting {
	cfg := p.Config
	stack := newStack(scope, cfg, contract.StackHosting, "The site of "+cfg.Project+", environment "+cfg.Environment)
	stack.AddStackDependency(p.Auth.Stack, nil) // the site's configuration names the user pool

	logs := newLogBucket(stack, cfg)
	bucket := newSiteBucket(stack, cfg, logs)
	deployments := publishRelease(stack, bucket, cfg, p.Release, ids{
		pool:   awsssm.StringParameter_ValueForStringParameter(stack, new(contract.ParameterName(cfg.Project, cfg.Environment, contract.OutputUserPoolID)), nil),
		client: awsssm.StringParameter_ValueForStringParameter(stack, new(contract.ParameterName(cfg.Project, cfg.Environment, contract.OutputUserPoolClientID)), nil),
	})
	router := newRouter(stack, cfg, p.Release)
	for _, d := range deployments {
		router.Node().AddDependency(d)
	}
	distribution := newDistribution(stack, cfg, bucket, logs, router, newHeaders(stack, cfg), p.Release)

	siteURL := "https://" + *distribution.DomainName()
	if cfg.Local.Site != "" {
		siteURL = cfg.Local.Site
	}
	output(stack, contract.OutputSiteURL, new(siteURL), "Where the site is")
	output(stack, contract.OutputDistributionID, distribution.DistributionId(), "The CloudFront distribution")
	output(stack, contract.OutputBucketName, bucket.BucketName(), "The bucket of releases")
	output(stack, contract.OutputReleaseID, new(p.Release.ID), "The release that is live")
	exemptDeploymentParts(stack)
	bound(stack, cfg)
	return Hosting{Stack: stack, Bucket: bucket, Distribution: distribution}
}

// newDistribution declares the distribution that shows the bucket to the world.
func newDistribution(stack awscdk.Stack, cfg config.Config, bucket, logs awss3.Bucket, router awscloudfront.Function, headers awscloudfront.ResponseHeadersPolicy, r Release) awscloudfront.Distribution {
	props := &awscloudfront.DistributionProps{
		Comment:           new(fmt.Sprintf("%s, environment %s", cfg.Project, cfg.Environment)),
		DefaultRootObject: new("index.html"), // the router sees to it; scanners look for it
		HttpVersion:       awscloudfront.HttpVersion_HTTP2_AND_3,
		EnableIpv6:        new(true),
		EnableLogging:     new(true),
		LogBucket:         logs,
		LogFilePrefix:     new("cloudfront/"),
		DefaultBehavior: &awscloudfront.BehaviorOptions{
			// LIST beside READ: else S3 answers 403 for what is not there, and a missing page
			// could not be told from a broken policy.
			Origin: awscloudfrontorigins.S3BucketOrigin_WithOriginAccessControl(bucket, &awscloudfrontorigins.S3BucketOriginWithOACProps{
				OriginAccessLevels: &[]awscloudfront.AccessLevel{awscloudfront.AccessLevel_READ, awscloudfront.AccessLevel_LIST},
			}),
			AllowedMethods:        awscloudfront.AllowedMethods_ALLOW_GET_HEAD(),
			ViewerProtocolPolicy:  awscloudfront.ViewerProtocolPolicy_REDIRECT_TO_HTTPS,
			CachePolicy:           awscloudfront.CachePolicy_CACHING_OPTIMIZED(),
			Compress:              new(true),
			ResponseHeadersPolicy: headers,
			FunctionAssociations: &[]*awscloudfront.FunctionAssociation{{
				EventType: awscloudfront.FunctionEventType_VIEWER_REQUEST,
				Function:  router,
			}},
		},
	}
	if r.hasErrorPage() {
		// 404 alone: 403 means that the bucket's policy is broken, and should look like it.
		props.ErrorResponses = &[]*awscloudfront.ErrorResponse{{
			HttpStatus:         jsii.Number(404),
			ResponseHttpStatus: jsii.Number(404),
			ResponsePagePath:   new("/" + errorsFolder + "/" + errorPage),
			Ttl:                awscdk.Duration_Seconds(jsii.Number(10)),
		}}
	}
	distribution := awscloudfront.NewDistribution(stack, new(idSite), props)
	awscdk.Annotations_Of(distribution).AcknowledgeWarning(new("@aws-cdk/aws-cloudfront-origins:listBucketSecurityRisk"),
		new("There is a default root object, and the router never asks for a folder."))
	exempt(distribution.Node().DefaultChild(), distributionExceptions)
	return distribution
}
