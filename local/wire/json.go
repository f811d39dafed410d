package wire

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// maxBody is the largest request body that is read, in bytes. CloudFormation's
// TemplateBody (51,200 bytes, form-encoded) is the largest that clients send.
const maxBody = 1 << 20

// Action is one operation of a JSON 1.1 service. A nil result is answered with an
// empty body, anything else with its JSON.
type Action func(ctx context.Context, body []byte) (any, error)

// JSON adapts a typed operation to an [Action]. A member that In lacks is refused
// rather than dropped: the real service may act on it.
func JSON[In, Out any](run func(context.Context, In) (Out, error)) Action {
	return func(ctx context.Context, body []byte) (any, error) {
		var in In
		dec := json.NewDecoder(bytes.NewReader(body))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&in); err != nil {
			if member, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
				return nil, Unimplemented("the input member " + member)
			}
			if mistyped, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
				return nil, BadRequest("SerializationException", "%s: want %s; got %s", mistyped.Field, mistyped.Type, mistyped.Value)
			}
			return nil, BadRequest("SerializationException", "The request body is not JSON: %v", err)
		}
		return run(ctx, in)
	}
}

// JSONService answers the operations of one service in the AWS JSON 1.1 protocol:
// POST, header X-Amz-Target "<Target>.<Operation>", application/x-amz-json-1.1.
type JSONService struct {
	Target  string // AWSCognitoIdentityProviderService
	Actions map[string]Action
}

func (s JSONService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		WriteJSONError(w, BadRequest("SerializationException", "The request body cannot be read: %v", err))
		return
	}
	operation, ok := strings.CutPrefix(r.Header.Get("X-Amz-Target"), s.Target+".")
	action := s.Actions[operation]
	if !ok || action == nil {
		WriteJSONError(w, Unimplemented(fmt.Sprintf("the operation %q", r.Header.Get("X-Amz-Target"))))
		return
	}
	out, err := action(r.Context(), body)
	if err != nil {
		WriteJSONError(w, err)
		return
	}
	WriteJSON(w, out)
}

// WriteJSON answers 200 with out; nil means an empty body.
func WriteJSON(w http.ResponseWriter, out any) {
	jsonHeaders(w)
	if out == nil {
		w.WriteHeader(http.StatusOK)
		return
	}
	data, err := json.Marshal(out)
	if err != nil {
		WriteJSONError(w, fmt.Errorf("encoding the answer: %w", err))
		return
	}
	_, _ = w.Write(data) // a client that went away needs no answer
}

// WriteJSONError answers with err as [AsError] sees it.
func WriteJSONError(w http.ResponseWriter, err error) {
	e := AsError(err)
	jsonHeaders(w)
	w.Header().Set("X-Amzn-ErrorType", e.Code+":")
	w.WriteHeader(e.Status)
	data, _ := json.Marshal(map[string]string{"__type": e.Code, "message": e.Message}) // two strings always encode
	_, _ = w.Write(data)
}

func jsonHeaders(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.Header().Set("X-Amzn-RequestId", RequestID())
}

// RequestID returns a new request id in AWS's form, a UUID. It identifies a
// request in logs and guards nothing, so it needs no injected randomness.
func RequestID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // documented never to fail
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
