package outputs

import (
	"bytes"
	"fmt"
)

// ConfigJS writes o as config.js, which sets window._config for pages that load
// it with a script element and talk to Cognito with amazon-cognito-identity-js.
//
// Such pages keep the address of their own API in the same object. We know no
// API, so api.invokeUrl is empty.
func ConfigJS(o Outputs) ([]byte, error) {
	if err := o.check(); err != nil {
		return nil, fmt.Errorf("writing config.js: %w", err)
	}
	var b bytes.Buffer
	b.WriteString("window._config = ")
	cognito := object{
		{"userPoolId", o.UserPoolID},
		{"userPoolClientId", o.UserPoolClientID},
		{"region", o.Region},
	}
	if o.UserPoolEndpoint != "" {
		cognito = append(cognito, member{"endpoint", o.UserPoolEndpoint}) // as CognitoUserPool calls it
	}
	data, err := encodeJSON(object{
		{"cognito", cognito},
		{"api", object{
			{"invokeUrl", ""},
		}},
	}, "    ")
	if err != nil {
		return nil, fmt.Errorf("writing config.js: %w", err)
	}
	b.Write(bytes.TrimSuffix(data, []byte("\n")))
	b.WriteString(";\n")
	return b.Bytes(), nil
}
