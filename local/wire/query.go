package wire

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
)

// QueryAction is one operation of a Query service. Its result is answered as XML.
type QueryAction func(ctx context.Context, form url.Values) (any, error)

// Query adapts a typed operation to a [QueryAction].
//
// The members of In are the exported fields of a struct: strings, bools, ints,
// structs, slices of these, and pointers where "not sent" differs from zero. A
// list arrives as Name.member.1, Name.member.2 …, or as an empty Name. A member
// that In lacks is refused rather than dropped: the real service may act on it.
// Out is written by the rules of [WriteXML].
func Query[In, Out any](run func(context.Context, In) (Out, error)) QueryAction {
	return func(ctx context.Context, form url.Values) (any, error) {
		var in In
		if err := decodeForm(form, &in); err != nil {
			return nil, err
		}
		return run(ctx, in)
	}
}

// QueryService answers the operations of one service in the AWS Query protocol:
// a form with the member Action in, XML out.
type QueryService struct {
	Namespace string // http://cloudformation.amazonaws.com/doc/2010-05-15/
	Actions   map[string]QueryAction
}

func (s QueryService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if err := r.ParseForm(); err != nil {
		WriteXMLError(w, s.Namespace, BadRequest("MalformedInput", "The request cannot be read: %v", err))
		return
	}
	operation := r.Form.Get("Action")
	action := s.Actions[operation]
	if action == nil {
		WriteXMLError(w, s.Namespace, Unimplemented(fmt.Sprintf("the operation %q", operation)))
		return
	}
	out, err := action(r.Context(), r.Form)
	if err != nil {
		WriteXMLError(w, s.Namespace, err)
		return
	}
	WriteXML(w, s.Namespace, operation, out)
}
