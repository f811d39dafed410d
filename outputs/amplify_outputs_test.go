package outputs_test

import (
	"bytes"
	"strings"
	"testing"

	"gatehouse/outputs"
)

func TestAmplifyOutputsRefusesWhatTheSchemaDoes(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change func(*outputs.Outputs)
		want   string // the place that the error names
	}{
		"no user pool":                        {func(o *outputs.Outputs) { o.UserPoolID = "" }, "/auth/user_pool_id"},
		"no client":                           {func(o *outputs.Outputs) { o.UserPoolClientID = "" }, "/auth/user_pool_client_id"},
		"no region":                           {func(o *outputs.Outputs) { o.Region = "" }, "/auth/aws_region"},
		"a password length Cognito refuses":   {func(o *outputs.Outputs) { o.PasswordPolicy.MinLength = 5 }, "/auth/password_policy/min_length"},
		"an attribute that is not standard":   {func(o *outputs.Outputs) { o.RequiredAttributes = []string{"custom:plan"} }, "/auth/standard_required_attributes/1"},
		"an attribute twice":                  {func(o *outputs.Outputs) { o.RequiredAttributes = []string{"email"} }, "/auth/standard_required_attributes"},
		"a verification method of our making": {func(o *outputs.Outputs) { o.VerificationMethod = "sms" }, "/custom/gatehouse/verification"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := outputs.New(deployments["prod"].cfg, deployments["prod"].ids)
			tc.change(&o)
			data, err := outputs.AmplifyOutputs(o)
			if err == nil || !strings.Contains(err.Error(), "'"+tc.want+"'") || data != nil {
				t.Errorf("got %q and error %v\nwant no bytes and an error that names %s", data, err, tc.want)
			}
		})
	}
}

func TestAmplifyOutputsKeepsTokensByteForByte(t *testing.T) {
	t.Parallel()
	data, err := outputs.AmplifyOutputs(outputs.New(deployments["tokens"].cfg, deployments["tokens"].ids))
	if err != nil {
		t.Fatal(err)
	}
	for _, token := range []string{"${Token[AWS.Region.4]}", "${Token[TOKEN.123]}", "${Token[<&>.456]}"} {
		if !bytes.Contains(data, []byte(`"`+token+`"`)) {
			t.Errorf("%s is not in\n%s", token, data)
		}
	}
}
