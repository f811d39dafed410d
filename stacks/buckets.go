package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/jsii-runtime-go"

	"gatehouse/config"
)

// newSiteBucket declares the bucket of releases. Only the distribution reads it.
func newSiteBucket(stack awscdk.Stack, cfg config.Config, logs awss3.Bucket) awss3.Bucket {
	return awss3.NewBucket(stack, new(idBucket), &awss3.BucketProps{
		BlockPublicAccess:      awss3.BlockPublicAccess_BLOCK_ALL(),
		ObjectOwnership:        awss3.ObjectOwnership_BUCKET_OWNER_ENFORCED,
		Encryption:             awss3.BucketEncryption_S3_MANAGED,
		EnforceSSL:             new(true),
		Versioned:              new(true),
		ServerAccessLogsBucket: logs,
		ServerAccessLogsPrefix: new("s3/"),
		LifecycleRules: &[]*awss3.LifecycleRule{{
			Id:                                  new("what was overwritten or deleted goes after a month"),
			NoncurrentVersionExpiration:         awscdk.Duration_Days(jsii.Number(30)),
			AbortIncompleteMultipartUploadAfter: awscdk.Duration_Days(jsii.Number(7)),
		}},
		RemovalPolicy:     removal(cfg),
		AutoDeleteObjects: new(!cfg.Protect), // else S3 refuses to delete the bucket with its stack
	})
}

// newLogBucket declares the bucket of access logs, of S3 and of CloudFront.
func newLogBucket(stack awscdk.Stack, cfg config.Config) awss3.Bucket {
	return awss3.NewBucket(stack, new(idLogs), &awss3.BucketProps{
		BlockPublicAccess: awss3.BlockPublicAccess_BLOCK_ALL(),
		// CloudFront writes its standard logs by access control list and no other way.
		ObjectOwnership: awss3.ObjectOwnership_BUCKET_OWNER_PREFERRED,
		Encryption:      awss3.BucketEncryption_S3_MANAGED,
		EnforceSSL:      new(true),
		LifecycleRules: &[]*awss3.LifecycleRule{{
			Id:                                  new("logs hold addresses of people and go after 90 days"),
			Expiration:                          awscdk.Duration_Days(jsii.Number(90)),
			AbortIncompleteMultipartUploadAfter: awscdk.Duration_Days(jsii.Number(7)),
		}},
		RemovalPolicy:     removal(cfg),
		AutoDeleteObjects: new(!cfg.Protect),
	})
}
