package cli_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"gatehouse/internal/cli"
)

// foreign is a template that is not ours.
func foreign(t *testing.T) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "review", "foreign.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestReviewReadsTemplatesThatAreNotOurs(t *testing.T) {
	t.Parallel()
	large := []byte("{\"Resources\": {\n")
	for len(large) < 1_000_000 {
		large = append(large, []byte("\"Topic"+strings.Repeat("x", 40)+strconv.Itoa(len(large))+"\": {\"Type\": \"AWS::SNS::Topic\"},\n")...)
	}
	large = append(large, []byte("\"Last\": {\"Type\": \"AWS::SNS::Topic\"}}}")...)
	for name, tc := range map[string]struct {
		template         []byte
		old, replacement string
		code             cli.ExitCode
		want             string
	}{
		"itself, with every short form":         {foreign(t), "", "", cli.ExitOK, "Nothing changes."},
		"a value of which no rule knows":        {foreign(t), "AllocatedStorage: 20", "AllocatedStorage: 40", cli.ExitNeedsHuman, "AllocatedStorage was 20 and would be 40."},
		"another branch of a condition":         {foreign(t), "MaxSize: !If [IsProd, 4, 1]", "MaxSize: !If [IsProd, 8, 1]", cli.ExitNeedsHuman, "not-understood"},
		"another condition for a resource":      {foreign(t), "Condition: HasReplica", "Condition: IsProd", cli.ExitNeedsHuman, "Its condition was HasReplica and would be IsProd."},
		"a pool's setting that depends":         {foreign(t), "!If [IsProd, [email], [phone_number]]", "[email]", cli.ExitNeedsHuman, "UsernameAttributes was"},
		"a statement that is no list":           {foreign(t), "'s3:GetObject'", "'s3:*'", cli.ExitNeedsHuman, "policy-wider"},
		"another default of a parameter":        {foreign(t), "10.0.0.0/16", "10.1.0.0/16", cli.ExitNeedsHuman, "CidrBlock was 10.0.0.0/16 and would be 10.1.0.0/16."},
		"the same in another form":              {foreign(t), "!GetAtt [Template, LatestVersionNumber]", "{'Fn::GetAtt': Template.LatestVersionNumber}", cli.ExitOK, "Nothing changes."},
		"a megabyte, with one more":             {large, "\"Last\": {\"Type\": \"AWS::SNS::Topic\"}", "\"Last\": {\"Type\": \"AWS::SNS::Topic\"}, \"One\": {\"Type\": \"AWS::SNS::Topic\"}", cli.ExitNeedsHuman, "A resource of type AWS::SNS::Topic comes."},
		"a mapping that another value comes of": {foreign(t), "database: db.t3.micro", "database: db.t3.small", cli.ExitNeedsHuman, "A change of Mappings: Sizes.test.database."},
		"a condition that means something else": {foreign(t), "IsProd: !Equals [!Ref Environment, prod]", "IsProd: !Equals [!Ref Environment, test]", cli.ExitNeedsHuman, "A change of Conditions: IsProd."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if !bytes.Contains(tc.template, []byte(tc.old)) {
				t.Fatalf("the template does not contain %q", tc.old)
			}
			dir := shop(t)
			before, after := filepath.Join(dir, "before.yaml"), filepath.Join(dir, "after.yaml")
			write(t, before, tc.template)
			write(t, after, bytes.Replace(tc.template, []byte(tc.old), []byte(tc.replacement), 1))
			code, stdout, stderr := gatehouse(dir, "review", "--env", "prod", "--from", before, "--to", after)
			if code != tc.code || !strings.Contains(strings.Join(strings.Fields(stdout), " "), tc.want) || stderr != "" {
				t.Errorf("want %d and %q; got %d\n%.3000s%s", tc.code, tc.want, code, stdout, stderr)
			}
		})
	}
}

// TestReviewSaysWhatIsWrongWithATemplate: in one sentence, with the file, and without
// a panic.
func TestReviewSaysWhatIsWrongWithATemplate(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ content, want string }{
		"an empty file":             {"", "it is empty"},
		"nothing but a comment":     {"# to be written\n", "it is empty"},
		"a list":                    {`[{"Resources": {}}]`, "want a mapping with Resources in it"},
		"a text":                    {"Resources", "want a mapping with Resources in it"},
		"JSON that breaks off":      {"{\n\"Resources\": {\"Users\": {\"Type\": \"AWS::Cog", "line 2: the JSON breaks off"},
		"JSON with a comma missing": {"{\n\"Resources\": {\"A\": {\"Type\": \"x\"}\n\"B\": {\"Type\": \"x\"}}}", "line 3: invalid character '\"' after object key:value pair"},
		"YAML that is none":         {"Resources:\n  Users:\n\tType: x\n", "line 3: found character that cannot start any token"},
		"a key that stands twice":   {"Resources:\n  A: {Type: x}\n  A: {Type: y}\n", "line 3: A stands twice"},
		"no resources":              {"Outputs: {}\n", "there are no Resources in it: this is no CloudFormation template"},
		"resources as a list":       {"Resources: [{Type: x}]\n", "there are no Resources in it: this is no CloudFormation template"},
		"a resource that is a text": {"Resources: {Users: AWS::Cognito::UserPool}\n", "the resource Users has no Type"},
		"a resource without a type": {"Resources: {Users: {Properties: {}}}\n", "the resource Users has no Type"},
		"a loop":                    {"Resources: {'Fn::ForEach::Topics': [Name, [a, b], {'T${Name}': {Type: x}}]}\n", "Fn::ForEach::Topics is a loop, which only CloudFormation expands"},
		"bytes":                     {"\x00\x01\xff\xfe", "control characters are not allowed"},
		"a billion laughs":          {"a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\nResources: {A: {Type: x, Properties: {P: *f}}}\n", "too large"},
		"a bottomless pit":          {`{"Resources": ` + strings.Repeat("[", 200_000), "exceeded max depth"},
		"too many bytes":            {"{\"Resources\": {}}" + strings.Repeat(" ", 1<<20), "CloudFormation takes 1048576"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := shop(t)
			file := filepath.Join(dir, "template.json")
			write(t, file, []byte(tc.content))
			code, stdout, stderr := gatehouse(dir, "review", "--env", "prod", "--from", file, "--to", filepath.Join(dir, "was.yaml"))
			if code != cli.ExitFailure || stdout != "" || !strings.HasPrefix(stderr, "gatehouse: "+file+": reading a template: ") || !strings.Contains(stderr, tc.want) || strings.Count(stderr, "\n") > 2 {
				t.Errorf("want 1 and %q; got %d\n%s%.600s", tc.want, code, stdout, stderr)
			}
		})
	}
}

func TestReviewReadsCloudAssembliesOrSaysWhatIsWrongWithThem(t *testing.T) {
	t.Parallel()
	const users = `{"Resources": {"Users": {"Type": "AWS::Cognito::UserPool"}}}`
	stack := func(file string) string {
		return `{"version": "54.0.0", "artifacts": {"a": {"type": "aws:cloudformation:stack", "environment": "aws://unknown-account/eu-central-1", "properties": {"templateFile": "` + file + `"}}}}`
	}
	stage := func(folder string) string {
		return `{"version": "54.0.0", "artifacts": {"s": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "` + folder + `"}}}}`
	}
	for name, tc := range map[string]struct {
		files map[string]string
		code  cli.ExitCode
		want  string
	}{
		"a template in a folder":    {map[string]string{"manifest.json": stack("deep/er/a.json"), "deep/er/a.json": users}, cli.ExitOK, "Nothing changes."},
		"a stage of its own":        {map[string]string{"manifest.json": stage("assembly-prod"), "assembly-prod/manifest.json": stack("a.json"), "assembly-prod/a.json": users}, cli.ExitOK, "Nothing changes."},
		"a template that is gone":   {map[string]string{"manifest.json": stack("a.json")}, cli.ExitFailure, "a.json: no such file"},
		"no template named":         {map[string]string{"manifest.json": stack("")}, cli.ExitFailure, "the stack a names no template"},
		"a template that is none":   {map[string]string{"manifest.json": stack("a.json"), "a.json": "[]"}, cli.ExitFailure, "a.json: reading a template: want a mapping"},
		"a stage that is gone":      {map[string]string{"manifest.json": stage("assembly-prod")}, cli.ExitFailure, "assembly-prod"},
		"a stage that is itself":    {map[string]string{"manifest.json": stage(".")}, cli.ExitFailure, `the stage s is in ".", which is no folder inside`},
		"a stage somewhere else":    {map[string]string{"manifest.json": stage("../..")}, cli.ExitFailure, `the stage s is in "../..", which is no folder inside`},
		"no manifest":               {map[string]string{"a.json": users}, cli.ExitFailure, "manifest.json"},
		"a manifest that is no map": {map[string]string{"manifest.json": "[]"}, cli.ExitFailure, "manifest.json"},
		"no stack":                  {map[string]string{"manifest.json": `{"artifacts": {}}`}, cli.ExitFailure, "there is no stack in it"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := shop(t)
			assembly := filepath.Join(dir, "cdk.out")
			for file, content := range tc.files {
				write(t, filepath.Join(assembly, file), []byte(content))
			}
			code, stdout, stderr := gatehouse(dir, "review", "--env", "prod", "--from", assembly, "--to", assembly)
			if code != tc.code || !strings.Contains(stdout+stderr, tc.want) || strings.Count(stderr, "\n") > 2 {
				t.Errorf("want %d and %q; got %d\n%s%s", tc.code, tc.want, code, stdout, stderr)
			}
		})
	}
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
}
