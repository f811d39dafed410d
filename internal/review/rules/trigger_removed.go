package rules

import "gatehouse/internal/review/change"

var triggerRemoved = Rule{
	ID: "trigger-removed", Level: LockedOut,
	Title:    "A Lambda trigger is removed from the pool",
	Who:      "Whoever needs what it did: people not yet migrated, those with a challenge of their own, pages that read claims it added.",
	Why:      "An update that leaves a trigger out removes it.",
	Safe:     "Make sure that nothing relies on it: look at the function's last invocations.",
	Evidence: Documented, Source: api + "API_UpdateUserPool.html",
	Check: staying(typePool, func(c change.Change) (hits []Hit) {
		before, _ := c.Was("LambdaConfig").(map[string]any)
		for _, name := range sortedIDs(before) {
			// The first two are one trigger, said in two ways; the third is a key.
			twin := map[string]string{"PreTokenGeneration": "PreTokenGenerationConfig", "PreTokenGenerationConfig": "PreTokenGeneration"}[name]
			if c.Becomes("LambdaConfig."+name) == nil && (twin == "" || c.Becomes("LambdaConfig."+twin) == nil) && name != "KMSKeyID" {
				hits = append(hits, hit(c, "LambdaConfig."+name, "The trigger %s would no longer run.", name)...)
			}
		}
		return hits
	}),
}
