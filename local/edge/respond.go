package edge

import (
	"errors"
	"net"
	"net/http"
	"slices"
	"strings"

	"crypto/rand"
)

// pop is the edge location that answers name; there is none of this name.
const pop = "LOC50-C1"

// exchange is one request on its way through a distribution.
type exchange struct {
	site    *site
	route   route
	request *http.Request
	viewer  eventRequest // the request as it is now; a function may have changed it
	id      string       // X-Amz-Cf-Id
}

// respond answers r: viewer-request function, bucket, error page, compression,
// headers policy, viewer-response function, in CloudFront's order. The answer is to be
// closed.
func (c *site) respond(r *http.Request) *answer {
	x := &exchange{site: c, request: r, viewer: newEventRequest(r), id: rand.Text() + rand.Text() + "=="}
	a := x.answer()
	h := a.header
	h.Set("X-Cache", a.cache+" from cloudfront")
	h.Set("Via", "1.1 "+strings.TrimSuffix(c.domain, ".cloudfront.net")+".cloudfront.net (CloudFront)")
	h.Set("X-Amz-Cf-Pop", pop)
	h.Set("X-Amz-Cf-Id", x.id)
	return a
}

func (x *exchange) answer() *answer {
	if !x.site.enabled {
		return errorPage(http.StatusForbidden, x.id, "The distribution is disabled.", "")
	}
	path, err := x.viewer.path()
	if err != nil {
		return errorPage(http.StatusBadRequest, x.id, "Bad request. "+cannotConnect, err.Error())
	}
	x.route = x.site.route(path)
	if !slices.Contains(x.route.methods, x.request.Method) {
		return errorPage(http.StatusForbidden, x.id, methodRefused, "")
	}
	if x.route.request != nil {
		generated, err := x.runRequestFunction()
		if err != nil {
			return x.functionFailed(err)
		}
		if generated != nil {
			return generated
		}
	}
	a := x.fetch()
	originStatus := a.status
	a = x.withErrorPage(a)
	x.compress(a)
	if x.route.headers != nil {
		x.route.headers.apply(a.header, x.viewer, x.id)
	}
	// CloudFront runs no viewer-response function on an error of the origin.
	if x.route.response != nil && originStatus < http.StatusBadRequest {
		if err := x.runResponseFunction(a); err != nil {
			a.close()
			return x.functionFailed(err)
		}
	}
	return a
}

const methodRefused = "This distribution is not configured to allow the HTTP request method that was used for this request. " +
	"The distribution supports only cachable requests."

// functionFailed is what CloudFront answers when a function did not do its work: 503
// when it could not run, 502 when what it returned is not valid.
func (x *exchange) functionFailed(err error) *answer {
	kind, status := "FunctionExecutionError", http.StatusServiceUnavailable
	if f, ok := errors.AsType[*failure](err); ok && f.kind == "FunctionValidationError" {
		kind, status = f.kind, http.StatusBadGateway
	}
	a := errorPage(status, x.id, "The CloudFront function associated with the CloudFront distribution is invalid or could not run.", err.Error())
	a.cache = kind
	return a
}

// event is the event for a function of the given type.
func (x *exchange) event(eventType string) event {
	e := event{Version: "1.0", Context: eventContext{
		DistributionDomainName: x.site.domain, DistributionID: x.site.id, EventType: eventType, RequestID: x.id,
	}, Request: x.viewer}
	e.Viewer.IP = x.request.RemoteAddr
	if host, _, err := net.SplitHostPort(x.request.RemoteAddr); err == nil {
		e.Viewer.IP = host
	}
	return e
}
