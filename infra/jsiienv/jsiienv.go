// Package jsiienv sets environment variables for the Node process that the CDK
// runs in. Importing it is all there is to do.
//
// The jsii runtime copies the environment while the program's packages are being
// initialized, so main would be too late. Go initializes packages in the order of
// their import paths as far as their imports allow; this one imports nothing but
// the standard library and comes before github.com/aws/…, as TestComesFirst shows.
//
// What the user has set already stays.
package jsiienv

import "os"

func init() {
	for name, value := range map[string]string{
		// The CDK's own validation of templates takes four fifths of a synthesis and never
		// changes a template. It runs in the tests and before a deployment: make test, make deploy.
		"CDK_VALIDATION": "false",
		// A banner of twelve lines on every run, for Node versions that work. The values are
		// lists of major versions.
		"JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20,22",
		"JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION":  "20,22",
	} {
		if _, set := os.LookupEnv(name); !set {
			// It fails only for names and values that no variable can have.
			_ = os.Setenv(name, value)
		}
	}
}
