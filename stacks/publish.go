package stacks

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3assets"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3deployment"
	"github.com/aws/jsii-runtime-go"

	"gatehouse/config"
)

const (
	releasesFolder = "releases"
	errorsFolder   = "errors"
	errorPage      = "404.html"
)

// ids are what the configuration files need to know of the deployment.
type ids struct{ pool, client *string }

// hasErrorPage is whether the site has its own page for what is not there.
func (r Release) hasErrorPage() bool { return slices.Contains(r.pages, errorPage) }

// publishRelease declares the uploads of a release. None deletes anything: older
// releases stay for those whose pages are still open, and to go back to.
func publishRelease(stack awscdk.Stack, bucket awss3.Bucket, cfg config.Config, r Release, ids ids) []awss3deployment.BucketDeployment {
	// By name, so that the construct does not tag the bucket: its tag holds the prefix,
	// and each release would change the bucket for a mark that only deletion looks at.
	target := awss3.Bucket_FromBucketName(stack, new(idUploads), bucket.BucketName())
	logs := awslogs.NewLogGroup(stack, new(idUploadLogs), &awslogs.LogGroupProps{
		Retention:     awslogs.RetentionDays_THREE_MONTHS,
		RemovalPolicy: removal(cfg),
	})
	var deployments []awss3deployment.BucketDeployment
	upload := func(id, prefix string, cache awss3deployment.CacheControl, sources ...awss3deployment.ISource) {
		d := awss3deployment.NewBucketDeployment(stack, new(id), &awss3deployment.BucketDeploymentProps{
			DestinationBucket:    target,
			DestinationKeyPrefix: new(prefix),
			Sources:              &sources,
			CacheControl:         &[]awss3deployment.CacheControl{cache},
			Prune:                new(false),
			RetainOnDelete:       new(true),
			OutputObjectKeys:     new(false), // nobody reads them
			LogGroup:             logs,
		})
		if len(deployments) > 0 {
			// Each construct declares a layer of 22 MB for a function that all share and that
			// uses the first one's.
			d.Node().TryRemoveChild(new("AwsCliLayer"))
		}
		deployments = append(deployments, d)
	}
	noCache := awss3deployment.CacheControl_NoCache()

	pages := []awss3deployment.ISource{
		awss3deployment.Source_Asset(new(r.dir), &awss3assets.AssetOptions{Exclude: excludeFolder(cfg.Hosting.HashedAssets)}),
	}
	for _, name := range slices.Sorted(maps.Keys(r.configs)) {
		pages = append(pages, awss3deployment.Source_Data(new(name), new(withIDs(r.configs[name], cfg.Region, ids)), nil))
	}
	upload(idPages, path.Join(releasesFolder, r.ID), noCache, pages...)

	if len(r.assets) > 0 {
		folder := cfg.Hosting.HashedAssets
		upload(idAssets, folder, awss3deployment.CacheControl_FromString(new("public, max-age=31536000, immutable")),
			awss3deployment.Source_Asset(new(path.Join(r.dir, folder)), nil))
	}
	if r.hasErrorPage() {
		// CloudFront asks for an error page by a fixed path, past the router.
		upload(idErrorPages, errorsFolder, noCache,
			awss3deployment.Source_Asset(new(r.dir), &awss3assets.AssetOptions{Exclude: jsii.Strings("*", "!"+errorPage)}))
	}
	return deployments
}

func excludeFolder(folder string) *[]*string {
	if folder == "" {
		return nil
	}
	return jsii.Strings("/" + folder + "/**")
}

// withIDs puts the deployment's ids where the placeholders are.
func withIDs(text, region string, ids ids) string {
	return strings.NewReplacer(region+poolPlaceholder, *ids.pool, clientPlaceholder, *ids.client).Replace(text)
}
