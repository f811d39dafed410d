package rules

import "gatehouse/internal/review/change"

var logRetentionChanged = Rule{
	ID: "log-retention-changed", Level: Cost,
	Title:    "Logs are kept for another time",
	Who:      "Whoever pays for them, or needs them: CloudWatch deletes what is older than a shorter time. They may hold addresses of people.",
	Why:      "Stored logs are billed by size; without RetentionInDays they stay for ever.",
	Safe:     "As long as you look at them, and the law wants.",
	Evidence: Documented, Source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html",
	Check: staying(typeLogGroup, func(c change.Change) []Hit {
		if !c.Changed("RetentionInDays") {
			return nil
		}
		days := func(v any) string {
			if v == nil {
				return "for ever"
			}
			return "for " + change.Show(v) + " days"
		}
		return hit(c, "RetentionInDays", "Logs were kept %s and would be %s.", days(c.Was("RetentionInDays")), days(c.Becomes("RetentionInDays")))
	}),
}
