package cloudformation

import (
	"slices"

	"gatehouse/local/wire"
)

// namedIAM maps each IAM type to the property that gives it a custom name; empty
// when the type has none that counts. Source: AWS documentation, "Acknowledging
// IAM resources in CloudFormation templates".
var namedIAM = map[string]string{
	"AWS::IAM::AccessKey":           "",
	"AWS::IAM::Group":               "GroupName",
	"AWS::IAM::InstanceProfile":     "InstanceProfileName",
	"AWS::IAM::ManagedPolicy":       "ManagedPolicyName",
	"AWS::IAM::Policy":              "",
	"AWS::IAM::Role":                "RoleName",
	"AWS::IAM::User":                "UserName",
	"AWS::IAM::UserToGroupAddition": "",
}

const (
	capabilityIAM      = "CAPABILITY_IAM"
	capabilityNamedIAM = "CAPABILITY_NAMED_IAM"
)

// requiredCapability is the capability that the template needs, or empty.
func (t *template) requiredCapability() string {
	required := ""
	for _, r := range t.Resources {
		property, isIAM := namedIAM[r.Type]
		if !isIAM {
			continue
		}
		if _, named := r.Properties[property]; named {
			return capabilityNamedIAM
		}
		required = capabilityIAM
	}
	return required
}

// checkCapabilities reports a capability that the caller did not acknowledge.
// CAPABILITY_NAMED_IAM covers CAPABILITY_IAM.
func (t *template) checkCapabilities(acknowledged []string) error {
	required := t.requiredCapability()
	if required == "" || slices.Contains(acknowledged, required) || slices.Contains(acknowledged, capabilityNamedIAM) {
		return nil
	}
	return wire.BadRequest("InsufficientCapabilitiesException", "Requires capabilities : [%s]", required)
}
