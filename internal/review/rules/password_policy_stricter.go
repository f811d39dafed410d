package rules

import (
	"cmp"
	"fmt"

	"gatehouse/internal/review/change"
)

var passwordPolicyStricter = Rule{
	ID: "password-policy-stricter", Level: LockedOut,
	Title:    "New passwords must be stronger; old ones go on working",
	Who:      "Nobody is signed out. Whoever registers, changes or resets a password from then on meets the new rule. Cognito keeps only hashes, so a weak password that exists stays good until its owner changes it; AWS documents no other moment, and people report just this.",
	Why:      "Cognito checks a password against the policy when it is set, not when it is used.",
	Safe:     "Publish pages that tell the new rule before, or with, this change. To be rid of old passwords, reset the accounts (AdminResetUserPassword): that locks people out until they follow the mail.",
	Evidence: Unverified, Source: guide + "managing-users-passwords.html",
	Check: staying(typePool, func(c change.Change) (hits []Hit) {
		if c.Becomes(passwordPolicy) == nil {
			return nil // policy-dropped
		}
		if b, a, ok := minimumLengths(c); ok && a > b {
			hits = append(hits, hit(c, passwordPolicy+".MinimumLength", "A password needs %v characters instead of %v.", a, b)...)
		}
		for _, class := range passwordClasses {
			path := passwordPolicy + "." + class.property
			if !requires(c.Before, class.property) && isTrue(c.After.Properties, path) {
				hits = append(hits, hit(c, path, "A password needs %s.", class.words)...)
			}
		}
		if b, a, ok := numbers(c, passwordPolicy+".PasswordHistorySize"); ok && a > b {
			hits = append(hits, hit(c, passwordPolicy+".PasswordHistorySize", "The last %v passwords cannot be used again, instead of %v.", a, b)...)
		}
		return hits
	}),
}

// minimumLengths are what a pool asked of a password before and after: Cognito's
// default, 8, where nothing is stated.
func minimumLengths(c change.Change) (before, after float64, ok bool) {
	before, after, ok = numbers(c, passwordPolicy+".MinimumLength")
	const otherwise = 8
	return cmp.Or(before, otherwise), cmp.Or(after, otherwise), ok
}

// requires is whether a pool asks for a kind of character. Without a policy it asks
// for all: guide, user-pool-settings-policies.html.
func requires(r change.Resource, class string) bool {
	return change.At(r.Properties, passwordPolicy) == nil || isTrue(r.Properties, passwordPolicy+"."+class)
}

// numbers are the values of a property before and after; what is unset counts as
// zero. ok is false if one is not known.
func numbers(c change.Change, path string) (before, after float64, ok bool) {
	value := func(v any) (float64, bool) {
		if v == nil {
			return 0, true
		}
		return change.Number(map[string]any{"v": v}, "v")
	}
	before, ok1 := value(c.Was(path))
	after, ok2 := value(c.Becomes(path))
	return before, after, ok1 && ok2
}

// words is a number and what it counts.
func words(n float64, one string) string {
	if n == 1 {
		return fmt.Sprintf("%v %s", n, one)
	}
	return fmt.Sprintf("%v %ss", n, one)
}
