package rules

import "gatehouse/internal/review/change"

var logsOff = Rule{
	ID: "logs-off", Level: Weaker,
	Title:    "Access is no longer logged",
	Who:      "Whoever has to find out afterwards what happened.",
	Why:      "Without Logging (CloudFront) or LoggingConfiguration (S3), nobody can say who asked for what.",
	Safe:     "Keep the logs, for a limited time.",
	Evidence: Documented, Source: front + "AccessLogs.html",
	Check: func(s *change.Set) (hits []Hit) {
		for _, c := range s.Of(typeDistribution, typeBucket) {
			path := map[string]string{typeDistribution: "DistributionConfig.Logging", typeBucket: "LoggingConfiguration"}[c.Type]
			if c.Action == change.Modify && c.Was(path) != nil && c.Becomes(path) == nil {
				hits = append(hits, hit(c, path, "%s would go.", path)...)
			}
		}
		return hits
	},
}
