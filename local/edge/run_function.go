package edge

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// runRequestFunction runs the viewer-request function. It changes x.viewer, or returns
// the response that the function made.
func (x *exchange) runRequestFunction() (*answer, error) {
	event, err := json.Marshal(x.event(viewerRequest))
	if err != nil {
		return nil, fmt.Errorf("making the event: %w", err)
	}
	result, err := x.site.s.run(x.route.request, event)
	if err != nil {
		return nil, err
	}
	request, response, err := parseRequestResult(result, x.viewer)
	if err != nil {
		return nil, validationError(err)
	}
	if response == nil {
		x.viewer = *request
		return nil, nil
	}
	if err := checkHeaders(response.Headers, nil, readOnlyInResponse); err != nil {
		return nil, validationError(err)
	}
	a := &answer{status: response.StatusCode, header: response.header(), cache: "FunctionGeneratedResponse"}
	a.header.Set("Server", "CloudFront")
	return a, a.replaceBody(response.Body)
}

// runResponseFunction runs the viewer-response function and changes a as it says.
func (x *exchange) runResponseFunction(a *answer) error {
	e := x.event(viewerResponse)
	e.Response = newEventResponse(a.status, a.header)
	event, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("making the event: %w", err)
	}
	result, err := x.site.s.run(x.route.response, event)
	if err != nil {
		return err
	}
	response, err := parseResponse(result)
	if err != nil {
		return validationError(err)
	}
	if err := checkHeaders(response.Headers, e.Response.Headers, readOnlyInResponse); err != nil {
		return validationError(err)
	}
	a.status = response.StatusCode
	// The length is of the body, whatever the function says of it.
	a.header = response.header()
	a.header.Del("Content-Length")
	return a.replaceBody(response.Body)
}

// replaceBody makes the body what a function returned, if it returned one.
func (a *answer) replaceBody(body *eventBody) error {
	if body == nil {
		return nil
	}
	data, err := body.bytes()
	if err != nil {
		return validationError(fmt.Errorf("reading the body: %w", err))
	}
	a.close()
	a.closer, a.body, a.length = nil, bytes.NewReader(data), int64(len(data))
	return nil
}
