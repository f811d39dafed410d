package wire

import (
	"net"
	"net/http"
	"strings"
)

// LoopbackOnly refuses requests whose Host is not this machine's own. A listener
// on a loopback address can still be reached by a page that a browser has open:
// a name that its owner points at 127.0.0.1 (DNS rebinding) makes the request
// look local. Such a request carries the foreign name in its Host header.
//
// Names under amazonaws.com and cloudfront.net pass, so that a client can be
// pointed here by a proxy or a hosts file: their owner is not an attacker.
func LoopbackOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isOwnName(r.Host) {
			http.Error(w, "This server answers only to localhost; the request was for "+r.Host+".", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func isOwnName(hostport string) bool {
	host := hostport
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		host = h
	}
	host = strings.ToLower(strings.Trim(host, "[]"))
	if ip := net.ParseIP(host); ip != nil {
		return ip.IsLoopback()
	}
	for _, name := range []string{"localhost", "amazonaws.com", "cloudfront.net"} {
		if host == name || strings.HasSuffix(host, "."+name) {
			return true
		}
	}
	return false
}
