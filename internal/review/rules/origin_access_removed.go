package rules

import (
	"slices"
	"strings"

	"gatehouse/internal/review/change"
)

var originAccessRemoved = Rule{
	ID: "origin-access-removed", Level: SiteBreaks,
	Title:    "CloudFront can no longer read the bucket",
	Who:      "Every visitor: all pages answer 403, some at once and the rest as caches expire.",
	Why:      "The bucket lets only signed requests of this distribution in; they need the origin access control and the statement in the bucket's policy.",
	Safe:     "Keep both. Do not open the bucket to the public instead.",
	Evidence: Documented, Source: front + "private-content-restricting-access-to-s3.html",
	Check: func(s *change.Set) (hits []Hit) {
		for _, c := range s.Of(typeDistribution) {
			if c.Action != change.Modify {
				continue
			}
			const access = "OriginAccessControlId"
			before, after := change.List(c.Before.Properties, "DistributionConfig.Origins"), change.List(c.After.Properties, "DistributionConfig.Origins")
			for _, origin := range after {
				i := slices.IndexFunc(before, func(o any) bool { return change.Text(o, "Id") == change.Text(origin, "Id") })
				if i >= 0 && change.At(before[i], access) != nil && change.At(origin, access) == nil {
					hits = append(hits, hit(c, "DistributionConfig.Origins[]."+access, "The origin %s would have no access control.", change.Text(origin, "Id"))...)
				}
			}
		}
		for _, c := range s.Of("AWS::CloudFront::OriginAccessControl") {
			const signing = "OriginAccessControlConfig.SigningBehavior"
			if c.Action == change.Modify && change.Text(c.Before.Properties, signing) == "always" && change.Text(c.After.Properties, signing) != "always" {
				hits = append(hits, hit(c, signing, "CloudFront always signs its requests to the bucket; SigningBehavior would be %s.", nameOr(change.Text(c.After.Properties, signing), "not stated"))...)
			}
		}
		for _, c := range s.Of(typeBucketPolicy) {
			if c.Action != change.Add && letsCloudFrontRead(c.Before) && !letsCloudFrontRead(c.After) && isOrigin(s, change.Text(c.Before.Properties, "Bucket.Ref")) {
				hits = append(hits, hit(c, statements, "The bucket's policy would no longer let CloudFront read.")...)
			}
		}
		return hits
	},
}

const statements = "PolicyDocument.Statement"

func letsCloudFrontRead(r change.Resource) bool { return letsCloudFront(r, "s3:GetObject") }

// letsCloudFront is whether a bucket's policy allows CloudFront an action.
func letsCloudFront(r change.Resource, action string) bool {
	return slices.ContainsFunc(change.List(r.Properties, statements), func(v any) bool {
		return change.Text(v, "Effect") == "Allow" && change.Text(v, "Principal.Service") == "cloudfront.amazonaws.com" &&
			slices.ContainsFunc(change.Texts(v, "Action"), func(allowed string) bool {
				before, _, wild := strings.Cut(allowed, "*")
				return allowed == action || wild && strings.HasPrefix(action, before)
			})
	})
}
