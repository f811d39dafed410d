package outputs_test

import (
	"bytes"
	"path/filepath"
	"slices"
	"testing"

	"gatehouse/outputs"
)

func TestEveryFormatOfEveryDeployment(t *testing.T) {
	t.Parallel()
	for name, d := range deployments {
		for _, f := range outputs.Formats() {
			t.Run(name+"/"+f.FileName(), func(t *testing.T) {
				t.Parallel()
				first, err := f.Marshal(outputs.New(d.cfg, d.ids))
				if err != nil {
					t.Fatal(err)
				}
				golden(t, filepath.Join(name, f.FileName()), first)
				second, err := f.Marshal(outputs.New(d.cfg, d.ids))
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(first, second) {
					t.Errorf("the same deployment gave two files:\n%s\n%s", first, second)
				}
			})
		}
	}
}

func TestNoFormatIsWrittenWithoutTheIDs(t *testing.T) {
	t.Parallel()
	for _, f := range outputs.Formats() {
		for name, clear := range map[string]func(*outputs.Outputs){
			"region":    func(o *outputs.Outputs) { o.Region = "" },
			"user pool": func(o *outputs.Outputs) { o.UserPoolID = "" },
			"client":    func(o *outputs.Outputs) { o.UserPoolClientID = "" },
		} {
			t.Run(f.FileName()+" without the "+name, func(t *testing.T) {
				t.Parallel()
				o := outputs.New(deployments["prod"].cfg, deployments["prod"].ids)
				clear(&o)
				if data, err := f.Marshal(o); err == nil || data != nil {
					t.Errorf("got %q and error %v; want an error alone", data, err)
				}
			})
		}
	}
}

func TestDotEnvRefusesWhatItCannotCarry(t *testing.T) {
	t.Parallel()
	for name, url := range map[string]string{
		"a quote":   "https://example.com/it's",
		"a newline": "https://example.com\nPATH=/tmp",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := outputs.New(deployments["prod"].cfg, outputs.IDs{UserPoolID: "eu-west-1_A", UserPoolClientID: "b", SiteURL: url})
			if data, err := outputs.DotEnv(o); err == nil {
				t.Errorf("got %q; want an error", data)
			}
		})
	}
}

func TestParseFormat(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		in   string
		want []outputs.Format
		err  string
	}{
		"a file's name is its format": {in: "aws-exports.js", want: []outputs.Format{outputs.FormatAWSExports}},
		"all is every format":         {in: "all", want: outputs.Formats()},
		"anything else is an error":   {in: "AWS-EXPORTS.js", err: `format: want amplify_outputs.json, aws-exports.js, config.js, .env or all; got "AWS-EXPORTS.js"`},
		"nothing is an error":         {in: "", err: `format: want amplify_outputs.json, aws-exports.js, config.js, .env or all; got ""`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := outputs.ParseFormat(tc.in)
			if !slices.Equal(got, tc.want) || text(err) != tc.err {
				t.Errorf("got  %v, %q\nwant %v, %q", got, text(err), tc.want, tc.err)
			}
		})
	}
}

// text is an error's text; "" for nil.
func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
