package rules

import (
	"slices"

	"gatehouse/internal/review/change"
)

var autoDeleteAdded = Rule{
	ID: "auto-delete-added", Level: PeopleLost,
	Title:    "Deleting the stack would empty a bucket",
	Who:      "Whoever needs what is in it, once the stack is destroyed.",
	Why:      "The CDK's autoDeleteObjects deletes every object and version before the bucket goes; without it, S3 refuses.",
	Safe:     "Only where nothing is worth keeping (protect: false).",
	Evidence: Documented, Source: "https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_s3-readme.html#bucket-deletion",
	Check: func(s *change.Set) (hits []Hit) {
		for _, c := range s.Of(typeAutoDelete) {
			bucket := change.Text(c.After.Properties, "BucketName.Ref")
			_, existed := s.Before.Template.Resources[bucket]
			if c.Action == change.Add && existed {
				hits = append(hits, hit(c, "", "The bucket %s would be emptied with the stack.", bucket)...)
			}
		}
		return slices.Clip(hits)
	},
}
