package s3

import (
	"slices"
	"strconv"
	"strings"

	"gatehouse/local/s3/wildcard"
	"gatehouse/local/wire"
)

// conditionKeys are the condition keys whose value in a request is known here.
var conditionKeys = []string{
	"aws:sourcearn", "aws:sourceaccount", "aws:securetransport", "aws:principalisawsservice", "aws:principalservicename",
	"s3:tlsversion",
}

// requestContext are the condition keys of a request that p makes through the edge.
// CloudFront reaches S3 over TLS; s3:TlsVersion is what it uses with S3.
func (s *Service) requestContext(p Principal) map[string]string {
	context := map[string]string{"aws:securetransport": "true", "s3:tlsversion": "1.3", "aws:principalisawsservice": "false"}
	if p.Service != "" {
		context["aws:principalisawsservice"] = "true"
		context["aws:principalservicename"] = p.Service
		context["aws:sourcearn"] = p.SourceARN
		context["aws:sourceaccount"] = s.Account
	}
	return context
}

// An operator compares the value of a key in the request with one of the policy's.
type operator func(have, want string) bool

// operators are the condition operators that are implemented. Source: the IAM user
// guide, "IAM JSON policy elements: Condition operators".
var operators = map[string]operator{
	"StringEquals":              func(have, want string) bool { return have == want },
	"StringNotEquals":           func(have, want string) bool { return have != want },
	"StringEqualsIgnoreCase":    strings.EqualFold,
	"StringNotEqualsIgnoreCase": func(have, want string) bool { return !strings.EqualFold(have, want) },
	"StringLike":                func(have, want string) bool { return wildcard.Match(want, have) },
	"StringNotLike":             func(have, want string) bool { return !wildcard.Match(want, have) },
	"ArnEquals":                 arnLike, // AWS: ArnEquals and ArnLike behave identically
	"ArnLike":                   arnLike,
	"ArnNotEquals":              func(have, want string) bool { return !arnLike(have, want) },
	"ArnNotLike":                func(have, want string) bool { return !arnLike(have, want) },
	"Bool":                      strings.EqualFold,
	"NumericLessThan":           func(have, want string) bool { return compareNumbers(have, want) == -1 },
	"NumericGreaterThanEquals":  func(have, want string) bool { c := compareNumbers(have, want); return c == 0 || c == 1 },
}

// parseOperator splits "StringEqualsIfExists" into its operator and IfExists.
func parseOperator(name string) (compare operator, ifExists bool, err error) {
	base, ifExists := strings.CutSuffix(name, "IfExists")
	compare, known := operators[base]
	if !known {
		return nil, false, wire.Unimplemented("the condition operator " + name + " in a bucket policy")
	}
	return compare, ifExists, nil
}

// conditionsHold tells whether every condition holds. A positive operator needs one
// of its values to match, a negated one all; a key that the request lacks fails the
// former and passes the latter.
func conditionsHold(conditions map[string]map[string]texts, context map[string]string) bool {
	for name, keys := range conditions {
		compare, ifExists, err := parseOperator(name)
		if err != nil {
			return false // it was checked when it was stored
		}
		negated := strings.Contains(name, "Not")
		for key, wants := range keys {
			have, exists := context[strings.ToLower(key)]
			if !exists {
				if negated || ifExists {
					continue
				}
				return false
			}
			matches := func(want string) bool { return compare(have, want) }
			if negated && slices.ContainsFunc(wants, func(want string) bool { return !matches(want) }) ||
				!negated && !slices.ContainsFunc(wants, matches) {
				return false
			}
		}
	}
	return true
}

// arnLike compares the six parts of two ARNs one by one; each may hold wildcards.
func arnLike(have, want string) bool {
	haveParts, wantParts := strings.SplitN(have, ":", 6), strings.SplitN(want, ":", 6)
	if len(haveParts) != 6 || len(wantParts) != 6 {
		return false
	}
	for i := range wantParts {
		if !wildcard.Match(wantParts[i], haveParts[i]) {
			return false
		}
	}
	return true
}

// compareNumbers is -1, 0 or 1; 2 when one of them is no number.
func compareNumbers(a, b string) int {
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	switch {
	case errX != nil || errY != nil:
		return 2
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}
