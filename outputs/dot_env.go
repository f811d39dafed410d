package outputs

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
)

// DotEnv writes o as .env, for programs and build tools that read variables.
// Every value is there twice: USER_POOL_ID for programs, VITE_USER_POOL_ID for
// pages, because Vite hands only names with that prefix to the browser.
//
//	USER_POOL_REGION     the region, under a name that does not redirect AWS tools
//	USER_POOL_ID         the user pool
//	USER_POOL_CLIENT_ID  the public client
//	USER_POOL_ENDPOINT   the pool's API; only when it is not AWS's own
//	SITE_URL             where the pages are, if there are any
func DotEnv(o Outputs) ([]byte, error) {
	if err := o.check(); err != nil {
		return nil, fmt.Errorf("writing .env: %w", err)
	}
	var b bytes.Buffer
	for _, prefix := range []string{"", "VITE_"} {
		for _, v := range []struct{ name, value string }{
			{"USER_POOL_REGION", o.Region},
			{"USER_POOL_ID", o.UserPoolID},
			{"USER_POOL_CLIENT_ID", o.UserPoolClientID},
			{"USER_POOL_ENDPOINT", o.UserPoolEndpoint},
			{"SITE_URL", o.SiteURL},
		} {
			if v.value == "" {
				continue
			}
			quoted, err := quoteEnv(v.value)
			if err != nil {
				return nil, fmt.Errorf("writing .env: %s: %w", v.name, err)
			}
			fmt.Fprintf(&b, "%s%s=%s\n", prefix, v.name, quoted)
		}
	}
	return b.Bytes(), nil
}

// plainEnv are values that shells and every .env reader take as they are. docker
// run --env-file knows no quotes at all, so quotes are used only where needed.
var plainEnv = regexp.MustCompile(`^[A-Za-z0-9_./:@%+,-]+$`)

// quoteEnv writes a value so that a shell and dotenv read the same. Between single
// quotes both take everything literally, and neither has a way to write a quote.
func quoteEnv(value string) (string, error) {
	if plainEnv.MatchString(value) {
		return value, nil
	}
	if strings.ContainsFunc(value, func(r rune) bool { return r == '\'' || r < ' ' || r == 0x7f }) {
		return "", fmt.Errorf("%q holds a quote or a control character, which a .env file cannot carry", value)
	}
	return "'" + value + "'", nil
}
