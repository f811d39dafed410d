package s3

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"gatehouse/local/s3/wildcard"
	"gatehouse/local/wire"
)

// policyDocument is a bucket policy, checked. Source: the IAM user guide, "IAM JSON
// policy elements reference".
type policyDocument struct {
	Version   string
	ID        string `json:"Id"`
	Statement oneOrMore[statement]
}

type statement struct {
	Sid          string
	Effect       string
	Principal    *principals
	NotPrincipal *principals
	Action       texts
	NotAction    texts
	Resource     texts
	NotResource  texts
	Condition    map[string]map[string]texts
}

// principals maps a kind (AWS, Service, Federated, CanonicalUser) to its members;
// "*" alone is kept as AWS: ["*"].
type principals map[string]texts

func (p *principals) UnmarshalJSON(data []byte) error {
	if string(data) == `"*"` {
		*p = principals{"AWS": {"*"}}
		return nil
	}
	return json.Unmarshal(data, (*map[string]texts)(p))
}

// oneOrMore is a list that may be written as its only member.
type oneOrMore[T any] []T

func (l *oneOrMore[T]) UnmarshalJSON(data []byte) error {
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte("[")) {
		var list []json.RawMessage
		if err := json.Unmarshal(data, &list); err != nil {
			return err
		}
		*l = make([]T, len(list))
		for i, member := range list {
			if err := strictly(member, &(*l)[i]); err != nil {
				return err
			}
		}
		return nil
	}
	*l = make([]T, 1)
	return strictly(data, &(*l)[0])
}

// texts is a text or a list of texts; booleans and numbers count as their text.
type texts []string

func (l *texts) UnmarshalJSON(data []byte) error {
	var list oneOrMore[any]
	if err := list.UnmarshalJSON(data); err != nil {
		return err
	}
	*l = make(texts, len(list))
	for i, member := range list {
		switch member.(type) {
		case string, bool, float64:
			(*l)[i] = fmt.Sprint(member)
		default:
			return fmt.Errorf("want a text; got %s", data)
		}
	}
	return nil
}

// strictly decodes JSON and refuses members that the type lacks.
func strictly(data []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	return dec.Decode(into)
}

func malformed(format string, args ...any) error {
	return wire.BadRequest("MalformedPolicy", format, args...)
}

// parsePolicy checks a policy document for the bucket called name as PutBucketPolicy
// does, and refuses what [Service.allowed] could not evaluate.
func parsePolicy(name string, document []byte) (policyDocument, error) {
	var p policyDocument
	if err := strictly(document, &p); err != nil {
		return p, malformed("This policy contains invalid Json: %v", err)
	}
	if p.Version != "2012-10-17" && p.Version != "2008-10-17" && p.Version != "" {
		return p, malformed("The policy must contain a valid version string")
	}
	if len(p.Statement) == 0 {
		return p, malformed("Could not parse the policy: Statement is empty!")
	}
	for _, st := range p.Statement {
		if err := st.check(name); err != nil {
			return p, err
		}
	}
	return p, nil
}

func (st statement) check(bucketName string) error {
	if st.NotPrincipal != nil || st.NotAction != nil || st.NotResource != nil {
		return wire.Unimplemented("NotPrincipal, NotAction and NotResource in a bucket policy")
	}
	if st.Effect != "Allow" && st.Effect != "Deny" {
		return malformed("Invalid effect: %s", st.Effect)
	}
	if st.Principal == nil || len(*st.Principal) == 0 {
		return malformed("Missing required field Principal")
	}
	for kind := range *st.Principal {
		if !slices.Contains([]string{"AWS", "Service", "Federated", "CanonicalUser"}, kind) {
			return malformed("Invalid principal in policy")
		}
	}
	if len(st.Action) == 0 {
		return malformed("Missing required field Action")
	}
	for _, action := range st.Action {
		if action != "*" && !strings.HasPrefix(strings.ToLower(action), "s3:") {
			return malformed("Policy has invalid action")
		}
	}
	if len(st.Resource) == 0 {
		return malformed("Missing required field Resource")
	}
	for _, resource := range st.Resource {
		within, ok := strings.CutPrefix(resource, bucketARN(bucketName))
		if !ok || within != "" && within[0] != '/' && within[0] != '*' {
			return malformed("Policy has invalid resource")
		}
	}
	for operator, keys := range st.Condition {
		if _, _, err := parseOperator(operator); err != nil {
			return err
		}
		for key := range keys {
			if !slices.Contains(conditionKeys, strings.ToLower(key)) {
				return wire.Unimplemented("the condition key " + key + " in a bucket policy")
			}
		}
	}
	return nil
}

// public tells whether the policy lets everybody in, as Block Public Access sees it:
// an Allow for everybody that no condition ties to an account or a resource. Source:
// the S3 user guide, "The meaning of public".
func (p policyDocument) public() bool {
	return slices.ContainsFunc(p.Statement, func(st statement) bool {
		return st.Effect == "Allow" && slices.Contains((*st.Principal)["AWS"], "*") && !st.tiedDown()
	})
}

// tiedDown tells whether a condition compares what identifies the caller with values
// that hold no wildcard.
func (st statement) tiedDown() bool {
	for operator, keys := range st.Condition {
		if strings.Contains(operator, "Not") || strings.HasSuffix(operator, "IfExists") {
			continue
		}
		for key, values := range keys {
			key = strings.ToLower(key)
			if (key == "aws:sourcearn" || key == "aws:sourceaccount") && !slices.ContainsFunc(values, func(v string) bool { return strings.ContainsAny(v, "*?") }) {
				return true
			}
		}
	}
	return false
}

// allowed tells whether the bucket's policy lets p do action to a key of the bucket
// (key "": to the bucket itself): some statement allows it and none denies it.
func (s *Service) allowed(b bucket, name, key, action string, p Principal) bool {
	if b.Policy == nil {
		return false
	}
	policy, err := parsePolicy(name, b.Policy)
	if err != nil {
		return false // it was checked when it was stored
	}
	if b.RestrictPublic && policy.public() && p.Service == "" {
		return false
	}
	resource := bucketARN(name)
	if key != "" {
		resource += "/" + key
	}
	context := s.requestContext(p)
	allow := false
	for _, st := range policy.Statement {
		if !st.applies(action, resource, p, context) {
			continue
		}
		if st.Effect == "Deny" {
			return false
		}
		allow = true
	}
	return allow
}

func (st statement) applies(action, resource string, p Principal, context map[string]string) bool {
	return st.Principal.names(p) &&
		slices.ContainsFunc(st.Action, func(pattern string) bool {
			return wildcard.Match(strings.ToLower(pattern), strings.ToLower(action))
		}) &&
		slices.ContainsFunc(st.Resource, func(pattern string) bool { return wildcard.Match(pattern, resource) }) &&
		conditionsHold(st.Condition, context)
}

// names tells whether who is among the principals. "AWS": "*" is everybody.
func (p principals) names(who Principal) bool {
	return slices.Contains(p["AWS"], "*") || who.Service != "" && slices.Contains(p["Service"], who.Service)
}

func bucketARN(name string) string { return "arn:aws:s3:::" + name }
