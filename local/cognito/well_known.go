package cognito

import (
	"encoding/json"
	"net/http"

	"gatehouse/local/wire"
)

// issuer is the iss of the pool's tokens. It is AWS's, so that a verifier of
// tokens that knows the pool's id accepts them; only the keys are fetched from the
// local cloud.
func (p *pool) issuer() string { return "https://" + p.provider() }

// published answers the two documents that every pool has below its issuer.
func (s *Service) published(w http.ResponseWriter, r *http.Request) {
	match := wellKnown.FindStringSubmatch(r.URL.Path)
	if match == nil {
		wire.WriteJSONError(w, wire.Unimplemented("the path "+r.URL.Path))
		return
	}
	p, err := s.poolByID(match[1])
	if err != nil {
		wire.WriteJSONError(w, err)
		return
	}
	var document any = p.keySet()
	if match[2] == "openid-configuration" {
		document = map[string]any{
			"issuer":                                p.issuer(),
			"jwks_uri":                              s.Endpoint() + "/" + p.ID + "/.well-known/jwks.json",
			"id_token_signing_alg_values_supported": []string{"RS256"},
			"subject_types_supported":               []string{"public"},
			"response_types_supported":              []string{"code", "token"},
			"scopes_supported":                      []string{"openid", "email", "phone", "profile"},
		}
	}
	data, err := json.Marshal(document)
	if err != nil {
		wire.WriteJSONError(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(data) // a client that went away needs no answer
}
