package local

import (
	"net/http"
	"strings"

	"gatehouse/local/wire"
)

// router sends each request on the AWS endpoint to the service it is for, as the
// request itself says: a JSON operation by its target, a signed request by the
// service in its signature. Signatures are not verified, but a form posted by a
// web page cannot carry one, so it cannot reach CloudFormation or S3.
func (s services) router() http.Handler {
	signed := map[string]http.Handler{
		"cloudformation": s.cloudformation,
		"s3":             s.s3,
		"sts":            s.sts,
		"ssm":            s.ssm,
		"cognito-idp":    s.cognito,
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.cognito.Handles(r) {
			s.cognito.ServeHTTP(w, r)
			return
		}
		service := signingService(r)
		if handler, ok := signed[service]; ok {
			handler.ServeHTTP(w, r)
			return
		}
		if service == "" {
			wire.WriteJSONError(w, &wire.Error{
				Status: http.StatusForbidden, Code: "MissingAuthenticationToken",
				Message: "The request is not signed, so it is not clear which AWS service it is for. Send it with an AWS SDK or CLI and any credentials.",
			})
			return
		}
		wire.WriteJSONError(w, wire.Unimplemented("the service "+service))
	})
}

// signingService is the service that a Signature Version 4 names: in the
// Authorization header (Credential=<key>/<date>/<region>/<service>/aws4_request)
// or, for a presigned URL, in X-Amz-Credential. Empty when there is none.
// Source: AWS documentation, "Create a signed AWS API request".
func signingService(r *http.Request) string {
	scope := r.URL.Query().Get("X-Amz-Credential")
	if _, after, ok := strings.Cut(r.Header.Get("Authorization"), "Credential="); ok {
		scope, _, _ = strings.Cut(after, ",")
	}
	parts := strings.Split(scope, "/")
	if len(parts) != 5 || parts[4] != "aws4_request" {
		return ""
	}
	return parts[3]
}
