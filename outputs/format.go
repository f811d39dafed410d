package outputs

import (
	"fmt"
	"slices"
	"strings"
)

// Format is a file that describes a deployment. Its text is the file's name.
type Format string

// The formats, and who reads them.
const (
	FormatAmplifyOutputs Format = "amplify_outputs.json" // aws-amplify 6 and our own pages
	FormatAWSExports     Format = "aws-exports.js"       // pages made with Amplify Gen 1
	FormatConfigJS       Format = "config.js"            // pages with amazon-cognito-identity-js
	FormatDotEnv         Format = ".env"                 // programs and build tools
)

// Formats are all formats.
func Formats() []Format {
	return []Format{FormatAmplifyOutputs, FormatAWSExports, FormatConfigJS, FormatDotEnv}
}

// formatAll stands for every format.
const formatAll = "all"

// ParseFormat returns the format of that name, or every format for "all".
func ParseFormat(name string) ([]Format, error) {
	if name == formatAll {
		return Formats(), nil
	}
	if f := Format(name); slices.Contains(Formats(), f) {
		return []Format{f}, nil
	}
	var names []string
	for _, f := range Formats() {
		names = append(names, string(f))
	}
	return nil, fmt.Errorf("format: want %s or %s; got %q", strings.Join(names, ", "), formatAll, name)
}

// FileName is the name that readers look for.
func (f Format) FileName() string { return string(f) }

// Marshal writes o in this format: the same bytes for the same o.
func (f Format) Marshal(o Outputs) ([]byte, error) {
	switch f {
	case FormatAmplifyOutputs:
		return AmplifyOutputs(o)
	case FormatAWSExports:
		return AWSExports(o)
	case FormatConfigJS:
		return ConfigJS(o)
	case FormatDotEnv:
		return DotEnv(o)
	default:
		return nil, fmt.Errorf("there is no format %q", string(f))
	}
}
