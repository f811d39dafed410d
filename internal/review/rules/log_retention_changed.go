package rules

import "gatehouse/internal/review/change"

var logRetentionChanged = Rule{
	ID: "log-retention-changed", Level: Cost,
	Title:    "Logs are kept for another time",
	Who:      "Whoever pays for them, or needs them: what is older than a shorter time is deleted, also what is there already. They may hold addresses of people.",
	Why:      "Stored logs are billed by size; without RetentionInDays, or an expiration of the bucket, they stay for ever.",
	Safe:     "As long as you look at them, and the law wants.",
	Evidence: Documented, Source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html",
	Check: func(s *change.Set) (hits []Hit) {
		for _, c := range s.Of(typeLogGroup, typeBucket) {
			property, before, after := "RetentionInDays", c.Was("RetentionInDays"), c.Becomes("RetentionInDays")
			if c.Type == typeBucket {
				property, before, after = "LifecycleConfiguration.Rules", expiration(c.Before), expiration(c.After)
			}
			if c.Action == change.Modify && change.Show(before) != change.Show(after) && !guessed(before, after) && (c.Type == typeLogGroup || holdsLogs(s, c.ID)) {
				hits = append(hits, hit(c, property, "Logs were kept %s and would be %s.", days(before), days(after))...)
			}
		}
		return hits
	},
}

func days(v any) string {
	if v == nil {
		return "for ever"
	}
	return "for " + change.Show(v) + " days"
}

// expiration is after how many days a bucket deletes what is in it, nil if it does not.
func expiration(r change.Resource) any {
	for _, rule := range change.List(r.Properties, "LifecycleConfiguration.Rules") {
		if days := change.At(rule, "ExpirationInDays"); days != nil && change.Text(rule, "Status") == "Enabled" && change.Text(rule, "Prefix") == "" {
			return days
		}
	}
	return nil
}

// holdsLogs is whether a bucket is where access logs go.
func holdsLogs(s *change.Set, bucket string) bool {
	for _, r := range s.After.Template.Resources {
		for _, path := range []string{"LoggingConfiguration", "DistributionConfig.Logging"} {
			if change.References(change.At(r.Properties, path), bucket) {
				return true
			}
		}
	}
	return false
}
