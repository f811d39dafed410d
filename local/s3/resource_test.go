package s3_test

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"gatehouse/local/resource"
	"gatehouse/local/s3"
)

type object = map[string]any

func (c *cloud) handler(t *testing.T, kind string) resource.Handler {
	t.Helper()
	for _, r := range c.Resources() {
		if r.Name == kind {
			return r.Handler
		}
	}
	t.Fatalf("there is no %s", kind)
	return nil
}

// create does what the deployment engine does: it validates, then creates.
func (c *cloud) create(t *testing.T, kind string, p resource.Properties) (resource.Result, error) {
	t.Helper()
	h := c.handler(t, kind)
	if err := h.(resource.Validator).Validate(p); err != nil {
		return resource.Result{}, err
	}
	tags := map[string]string{"project": "shop"}
	list, _ := p["Tags"].([]any)
	for _, tag := range list {
		tags[tag.(object)["Key"].(string)] = tag.(object)["Value"].(string)
	}
	return h.Create(t.Context(), resource.Request{
		Account: account, Region: "us-east-1", StackName: "shop-prod-hosting", LogicalID: "SiteBucket397A1860", Properties: p, Tags: tags, Token: kind,
	})
}

func (c *cloud) mustCreate(t *testing.T, kind string, p resource.Properties) resource.Result {
	t.Helper()
	r, err := c.create(t, kind, p)
	if err != nil {
		t.Fatalf("%s: %v", kind, err)
	}
	return r
}

func TestABucketSaysHowItEncrypts(t *testing.T) {
	t.Parallel()
	c := start(t)
	made := c.mustCreate(t, "AWS::S3::Bucket", resource.Properties{
		"BucketEncryption": object{"ServerSideEncryptionConfiguration": []any{object{"ServerSideEncryptionByDefault": object{"SSEAlgorithm": "aws:kms"}}}},
	})
	name := &made.PhysicalID
	out, err := c.client.GetBucketEncryption(t.Context(), &awss3.GetBucketEncryptionInput{Bucket: name})
	if err != nil || out.ServerSideEncryptionConfiguration.Rules[0].ApplyServerSideEncryptionByDefault.SSEAlgorithm != "aws:kms" {
		t.Errorf("encryption of the bucket: %v, %v", out, err)
	}
	for asked, want := range map[types.ServerSideEncryption]types.ServerSideEncryption{"": "aws:kms", "AES256": "AES256", "aws:kms": "aws:kms"} {
		key := "asked-" + string(asked)
		if _, err := c.client.PutObject(t.Context(), &awss3.PutObjectInput{Bucket: name, Key: &key, Body: strings.NewReader("v"), ServerSideEncryption: asked}); err != nil {
			t.Fatal(err)
		}
		got, err := c.client.HeadObject(t.Context(), &awss3.HeadObjectInput{Bucket: name, Key: &key})
		if err != nil || got.ServerSideEncryption != want {
			t.Errorf("asked for %q: got %v, %v, want %s", asked, got, err, want)
		}
	}
}

func TestBucketResource(t *testing.T) {
	t.Parallel()
	c := start(t)
	p := resource.Properties{
		"BucketEncryption":               object{"ServerSideEncryptionConfiguration": []any{object{"ServerSideEncryptionByDefault": object{"SSEAlgorithm": "AES256"}}}},
		"PublicAccessBlockConfiguration": object{"BlockPublicAcls": true, "BlockPublicPolicy": true, "IgnorePublicAcls": "true", "RestrictPublicBuckets": true},
		"VersioningConfiguration":        object{"Status": "Enabled"},
		"OwnershipControls":              object{"Rules": []any{object{"ObjectOwnership": "BucketOwnerEnforced"}}},
		"LoggingConfiguration":           object{"DestinationBucketName": "logs", "LogFilePrefix": "site/"},
		"LifecycleConfiguration": object{"Rules": []any{object{
			"Id": "old", "Status": "Enabled", "NoncurrentVersionExpiration": object{"NoncurrentDays": 30}, "AbortIncompleteMultipartUpload": object{"DaysAfterInitiation": 7},
		}}},
		"Tags": []any{object{"Key": "aws-cdk:auto-delete-objects", "Value": "true"}},
	}
	made := c.mustCreate(t, "AWS::S3::Bucket", p)
	name := made.PhysicalID
	if !regexp.MustCompile(`^shop-prod-hosting-sitebucket397a1860-[a-z0-9]{12}$`).MatchString(name) {
		t.Errorf("the generated name is %s", name)
	}
	for attribute, want := range map[string]any{
		"Arn": "arn:aws:s3:::" + name, "DomainName": name + ".s3.amazonaws.com", "RegionalDomainName": name + ".s3.us-east-1.amazonaws.com",
	} {
		if got := made.Attributes[attribute]; got != want {
			t.Errorf("%s: got %v, want %v", attribute, got, want)
		}
	}
	if out, err := c.client.GetBucketEncryption(t.Context(), &awss3.GetBucketEncryptionInput{Bucket: &name}); err != nil ||
		out.ServerSideEncryptionConfiguration.Rules[0].ApplyServerSideEncryptionByDefault.SSEAlgorithm != "AES256" {
		t.Errorf("encryption: %v", err)
	}
	if out, err := c.client.GetBucketVersioning(t.Context(), &awss3.GetBucketVersioningInput{Bucket: &name}); err != nil || out.Status != "Enabled" {
		t.Errorf("versioning: %v", err)
	}
	if out, err := c.client.GetBucketTagging(t.Context(), &awss3.GetBucketTaggingInput{Bucket: &name}); err != nil || len(out.TagSet) != 2 || *out.TagSet[1].Key != "project" {
		t.Errorf("tags: %v, %v", out, err)
	}
	c.put(t, name, "k", "v")
	h := c.handler(t, "AWS::S3::Bucket")
	if _, err := h.Update(t.Context(), resource.Request{PhysicalID: name, Properties: resource.Properties{}, Old: p}); err != nil {
		t.Fatal(err)
	}
	if out, err := c.client.GetBucketVersioning(t.Context(), &awss3.GetBucketVersioningInput{Bucket: &name}); err != nil || out.Status != "Suspended" {
		t.Errorf("versioning that is no longer declared: %v, %v", out, err)
	}
	remove := func() error { return h.Delete(t.Context(), resource.Request{PhysicalID: name}) }
	if err := remove(); err == nil || !strings.Contains(err.Error(), "The bucket you tried to delete is not empty") {
		t.Errorf("got %v", err)
	}
	for _, key := range []string{"k"} {
		list, err := c.client.ListObjectVersions(t.Context(), &awss3.ListObjectVersionsInput{Bucket: &name})
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range list.Versions {
			if _, err := c.client.DeleteObject(t.Context(), &awss3.DeleteObjectInput{Bucket: &name, Key: &key, VersionId: v.VersionId}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := remove(); err != nil {
		t.Errorf("an empty bucket: %v", err)
	}
	if err := remove(); err != nil {
		t.Errorf("a bucket that is gone: %v", err)
	}
}

func TestRefusedBuckets(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		properties resource.Properties
		want       string
	}{
		"a name with capitals":        {resource.Properties{"BucketName": "Site"}, "The specified bucket is not valid."},
		"a name that is taken":        {resource.Properties{"BucketName": "taken"}, "taken already exists"},
		"two layers of encryption":    {resource.Properties{"BucketEncryption": object{"ServerSideEncryptionConfiguration": []any{object{"ServerSideEncryptionByDefault": object{"SSEAlgorithm": "aws:kms:dsse"}}}}}, "the bucket encryption aws:kms:dsse"},
		"a key of the account's own":  {resource.Properties{"BucketEncryption": object{"ServerSideEncryptionConfiguration": []any{object{"ServerSideEncryptionByDefault": object{"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "k"}}}}}, "KMSMasterKeyID"},
		"a public bucket":             {resource.Properties{"AccessControl": "PublicRead"}, "the access control list PublicRead"},
		"an ACL where there are none": {resource.Properties{"AccessControl": "LogDeliveryWrite"}, "Bucket cannot have ACLs set"},
		"a rule that does nothing":    {resource.Properties{"LifecycleConfiguration": object{"Rules": []any{object{"Status": "Enabled"}}}}, "At least one action"},
		"a versioning that is none":   {resource.Properties{"VersioningConfiguration": object{"Status": "On"}}, "Enabled or Suspended"},
		"a nested property":           {resource.Properties{"VersioningConfiguration": object{"Status": "Enabled", "MfaDelete": true}}, "the property VersioningConfiguration.MfaDelete"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t)
			c.makeBucket(t, "taken")
			if _, err := c.create(t, "AWS::S3::Bucket", tc.properties); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got  %v\nwant %s", err, tc.want)
			}
		})
	}
}

func TestGeneratedNamesFit(t *testing.T) {
	t.Parallel()
	c := start(t)
	for _, stack := range []string{"s", strings.Repeat("long-stack-name-", 8)} {
		made, err := c.handler(t, "AWS::S3::Bucket").Create(t.Context(), resource.Request{StackName: stack, LogicalID: "VeryLongLogicalIdOfABucket0123456789", Properties: resource.Properties{}})
		if err != nil {
			t.Fatal(err)
		}
		if n := made.PhysicalID; len(n) > 63 || !regexp.MustCompile(`^[a-z0-9][a-z0-9-]+[a-z0-9]$`).MatchString(n) {
			t.Errorf("%s (%d characters)", n, len(n))
		}
	}
}

func TestBucketPolicyResource(t *testing.T) {
	t.Parallel()
	c := start(t)
	c.makeBucket(t, "site")
	document := func(action string) object {
		return object{"Version": "2012-10-17", "Statement": []any{object{
			"Effect": "Allow", "Principal": object{"Service": "cloudfront.amazonaws.com"}, "Action": action, "Resource": "arn:aws:s3:::site/*",
		}}}
	}
	p := resource.Properties{"Bucket": "site", "PolicyDocument": document("s3:GetObject")}
	if made := c.mustCreate(t, "AWS::S3::BucketPolicy", p); made.PhysicalID != "site" {
		t.Errorf("Ref is %s", made.PhysicalID)
	}
	if _, err := c.create(t, "AWS::S3::BucketPolicy", p); err == nil || !strings.Contains(err.Error(), "already exists") {
		t.Errorf("a second policy: %v", err)
	}
	h := c.handler(t, "AWS::S3::BucketPolicy")
	if _, err := h.Update(t.Context(), resource.Request{PhysicalID: "site", Properties: resource.Properties{"Bucket": "site", "PolicyDocument": document("s3:Get*")}, Old: p}); err != nil {
		t.Fatal(err)
	}
	out, err := c.client.GetBucketPolicy(t.Context(), &awss3.GetBucketPolicyInput{Bucket: new("site")})
	if err != nil || !strings.Contains(*out.Policy, "s3:Get*") {
		t.Errorf("got %v, %v", out, err)
	}
	for range 2 { // a policy that is gone is no error
		if err := h.Delete(t.Context(), resource.Request{PhysicalID: "site"}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.client.GetBucketPolicy(t.Context(), &awss3.GetBucketPolicyInput{Bucket: new("site")}); code(err) != "NoSuchBucketPolicy" {
		t.Errorf("got %v", err)
	}
}

func TestAutoDeleteObjects(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		tag  string
		want string
	}{
		"a bucket with the tag is emptied":        {"true", ""},
		"a bucket without the tag keeps its data": {"false", "k"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t)
			c.mustCreate(t, "AWS::S3::Bucket", resource.Properties{
				"BucketName": "site", "VersioningConfiguration": object{"Status": "Enabled"}, "Tags": []any{object{"Key": "aws-cdk:auto-delete-objects", "Value": tc.tag}},
			})
			c.put(t, "site", "k", "one")
			c.put(t, "site", "k", "two")
			p := resource.Properties{"ServiceToken": "arn:aws:lambda:::function:f", "BucketName": "site"}
			made := c.mustCreate(t, "Custom::S3AutoDeleteObjects", p)
			if err := c.handler(t, "Custom::S3AutoDeleteObjects").Delete(t.Context(), resource.Request{PhysicalID: made.PhysicalID, Properties: p}); err != nil {
				t.Fatal(err)
			}
			if got := c.keys(t, "site"); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
			err := c.handler(t, "AWS::S3::Bucket").Delete(t.Context(), resource.Request{PhysicalID: "site"})
			if (err == nil) != (tc.want == "") {
				t.Errorf("deleting the bucket: %v", err)
			}
		})
	}
}

// archive is a ZIP of files by name.
func archive(t *testing.T, files map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(f, files[name]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestBucketDeployment(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		archives   []map[string]string
		existing   []string
		properties resource.Properties
		want       map[string]string // key -> content of the destination
	}{
		"files are unpacked": {
			archives: []map[string]string{{"index.html": "home", "a/b/c.css": "style", "a/": ""}},
			want:     map[string]string{"index.html": "home", "a/b/c.css": "style"},
		},
		"what is not in the archive is pruned": {
			archives: []map[string]string{{"index.html": "home"}}, existing: []string{"old.html", "index.html"},
			want: map[string]string{"index.html": "home"},
		},
		"unless pruning is off": {
			archives: []map[string]string{{"index.html": "home"}}, existing: []string{"old.html"}, properties: resource.Properties{"Prune": false},
			want: map[string]string{"index.html": "home", "old.html": "old"},
		},
		"a prefix is a folder, and pruning stays in it": {
			archives: []map[string]string{{"index.html": "home"}}, existing: []string{"other.html", "releases/7/old.html", "releases/70/index.html"},
			properties: resource.Properties{"DestinationBucketKeyPrefix": "releases/7"},
			want:       map[string]string{"releases/7/index.html": "home", "other.html": "old", "releases/70/index.html": "old"},
		},
		"a slash is no prefix": {
			archives: []map[string]string{{"index.html": "home"}}, properties: resource.Properties{"DestinationBucketKeyPrefix": "/"},
			want: map[string]string{"index.html": "home"},
		},
		"the later of two sources wins": {
			archives: []map[string]string{{"index.html": "one", "a.html": "a"}, {"index.html": "two"}},
			want:     map[string]string{"index.html": "two", "a.html": "a"},
		},
		"excluded files are neither copied nor pruned": {
			archives: []map[string]string{{"index.html": "home", "a/x.map": "map"}}, existing: []string{"b/y.map", "z.txt"},
			properties: resource.Properties{"Exclude": []any{"*.map"}}, want: map[string]string{"index.html": "home", "b/y.map": "old"},
		},
		"included files are excepted from the exclusion": {
			archives:   []map[string]string{{"index.html": "home", "a/x.map": "map", "b.map": "map"}},
			properties: resource.Properties{"Exclude": []any{"*"}, "Include": []any{"a/*", "[hi]ndex.htm?"}}, want: map[string]string{"index.html": "home", "a/x.map": "map"},
		},
		"markers are replaced in their own source": {
			archives:   []map[string]string{{"config.js": "pool=<<marker:0xbaba:0>>;again=<<marker:0xbaba:0>>"}, {"other.js": "<<marker:0xbaba:0>>"}},
			properties: resource.Properties{"SourceMarkers": []any{object{"<<marker:0xbaba:0>>": "us-east-1_A"}, object{}}},
			want:       map[string]string{"config.js": "pool=us-east-1_A;again=us-east-1_A", "other.js": "<<marker:0xbaba:0>>"},
		},
		"markers are escaped for JSON where that is asked for": {
			archives: []map[string]string{{"a.json": `{"v":"<<marker:0xbaba:0>>"}`}, {"b.json": `{"v":"<<marker:0xbaba:0>>"}`}},
			properties: resource.Properties{
				"SourceMarkers":       []any{object{"<<marker:0xbaba:0>>": "say \"é😀\"\n"}, object{"<<marker:0xbaba:0>>": `"`}},
				"SourceMarkersConfig": []any{object{"jsonEscape": true}, object{}},
			},
			want: map[string]string{"a.json": `{"v":"say \"\u00e9\ud83d\ude00\"\n"}`, "b.json": `{"v":"""}`},
		},
		"archives stay packed where that is asked for": {
			archives: []map[string]string{{"index.html": "home"}}, properties: resource.Properties{"Extract": false},
			want: map[string]string{"0.zip": archive(t, map[string]string{"index.html": "home"})},
		},
		"strings are taken for booleans": {
			archives: []map[string]string{{"index.html": "home"}}, existing: []string{"old.html"},
			properties: resource.Properties{"Prune": "false", "Extract": "true", "RetainOnDelete": "false", "WaitForDistributionInvalidation": "true"},
			want:       map[string]string{"index.html": "home", "old.html": "old"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t)
			c.makeBucket(t, "site")
			for _, key := range tc.existing {
				c.put(t, "site", key, "old")
			}
			p := c.deployment(t, tc.archives, tc.properties)
			made := c.mustCreate(t, "Custom::CDKBucketDeployment", p)
			if !strings.HasPrefix(made.PhysicalID, "aws.cdk.s3deployment.") {
				t.Errorf("the physical id is %s", made.PhysicalID)
			}
			got := map[string]string{}
			for key := range strings.FieldsSeq(c.keys(t, "site")) {
				got[key] = c.get(t, "site", key)
			}
			if !maps.Equal(got, tc.want) {
				t.Errorf("got  %v\nwant %v", got, tc.want)
			}
		})
	}
}

// deployment uploads the archives and returns the properties that deploy them.
func (c *cloud) deployment(t *testing.T, archives []map[string]string, more resource.Properties) resource.Properties {
	t.Helper()
	c.makeBucket(t, "assets")
	p := resource.Properties{"ServiceToken": "arn:aws:lambda:us-east-1:1:function:f", "DestinationBucketName": "site", "WaitForDistributionInvalidation": true}
	var names, keys []any
	for i, files := range archives {
		key := string(rune('0'+i)) + ".zip"
		c.put(t, "assets", key, archive(t, files))
		names, keys = append(names, "assets"), append(keys, key)
	}
	p["SourceBucketNames"], p["SourceObjectKeys"] = names, keys
	maps.Copy(p, more)
	return p
}

func TestBucketDeploymentMetadata(t *testing.T) {
	t.Parallel()
	c := start(t)
	c.makeBucket(t, "site")
	p := c.deployment(t, []map[string]string{{"index.html": "home", "app.js": "x", "font.woff2": "f", "README": "r", "page.css.gz": "g"}}, resource.Properties{
		"SystemMetadata": object{"cache-control": "max-age=31536000, immutable", "content-language": "en"}, "UserMetadata": object{"Release": "7"},
		"DestinationBucketArn": "arn:aws:s3:::site", "DistributionId": "E1", "DistributionPaths": []any{"/*"},
	})
	made := c.mustCreate(t, "Custom::CDKBucketDeployment", p)
	if made.Attributes["DestinationBucketArn"] != "arn:aws:s3:::site" || made.Attributes["SourceObjectKeys"].([]any)[0] != "0.zip" {
		t.Errorf("attributes: %v", made.Attributes)
	}
	for key, want := range map[string]string{
		"index.html": "text/html", "app.js": "text/javascript", "font.woff2": "binary/octet-stream", "README": "binary/octet-stream", "page.css.gz": "text/css",
	} {
		head, err := c.client.HeadObject(t.Context(), &awss3.HeadObjectInput{Bucket: new("site"), Key: &key})
		if err != nil {
			t.Fatal(err)
		}
		if *head.ContentType != want || *head.CacheControl != "max-age=31536000, immutable" || *head.ContentLanguage != "en" || head.Metadata["release"] != "7" {
			t.Errorf("%s: %s, %s, %v", key, *head.ContentType, *head.CacheControl, head.Metadata)
		}
	}
}

func TestBucketDeploymentsLife(t *testing.T) {
	t.Parallel()
	kind := "Custom::CDKBucketDeployment"
	for name, tc := range map[string]struct {
		old, updated resource.Properties
		remove       bool
		tags         []any
		want         string
	}{
		"the old place is emptied":                      {resource.Properties{"DestinationBucketKeyPrefix": "old", "RetainOnDelete": false}, resource.Properties{"DestinationBucketKeyPrefix": "new", "RetainOnDelete": false}, false, nil, "new/index.html"},
		"the old place is kept by default":              {resource.Properties{"DestinationBucketKeyPrefix": "old"}, resource.Properties{"DestinationBucketKeyPrefix": "new"}, false, nil, "new/index.html old/index.html"},
		"a deletion keeps the files by default":         {resource.Properties{}, nil, true, nil, "index.html"},
		"a deletion removes them where that is asked":   {resource.Properties{"RetainOnDelete": false}, nil, true, nil, ""},
		"a deletion leaves what another deployment has": {resource.Properties{"RetainOnDelete": false}, nil, true, []any{object{"Key": "aws-cdk:cr-owned:1234", "Value": "true"}}, "index.html"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t)
			c.mustCreate(t, "AWS::S3::Bucket", resource.Properties{"BucketName": "site", "Tags": tc.tags})
			p := c.deployment(t, []map[string]string{{"index.html": "home"}}, tc.old)
			made := c.mustCreate(t, kind, p)
			if tc.updated != nil {
				next := maps.Clone(p)
				maps.Copy(next, tc.updated)
				if _, err := c.handler(t, kind).Update(t.Context(), resource.Request{PhysicalID: made.PhysicalID, Properties: next, Old: p}); err != nil {
					t.Fatal(err)
				}
			}
			if tc.remove {
				if err := c.handler(t, kind).Delete(t.Context(), resource.Request{PhysicalID: made.PhysicalID, Properties: p}); err != nil {
					t.Fatal(err)
				}
			}
			if got := c.keys(t, "site"); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func TestRefusedDeployments(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		files  map[string]string
		change resource.Properties
		want   string
	}{
		"a name that leaves the folder":       {map[string]string{"../etc/passwd": "x"}, nil, "unsafe name"},
		"a name that leaves it in the middle": {map[string]string{"a/../../x": "x"}, nil, "unsafe name"},
		"an absolute name":                    {map[string]string{"/etc/passwd": "x"}, nil, "unsafe name"},
		"a name with a backslash":             {map[string]string{`..\x`: "x"}, nil, "unsafe name"},
		"a source that is not there":          {nil, resource.Properties{"SourceObjectKeys": []any{"none.zip"}}, "The specified key does not exist."},
		"a destination that is not there":     {nil, resource.Properties{"DestinationBucketName": "none"}, "The specified bucket does not exist"},
		"more keys than buckets":              {nil, resource.Properties{"SourceObjectKeys": []any{"0.zip", "1.zip"}}, "must be the same length"},
		"more markers than sources":           {nil, resource.Properties{"SourceMarkers": []any{object{}, object{}}}, "must be the same length"},
		"a public access list":                {nil, resource.Properties{"SystemMetadata": object{"acl": "public-read"}}, "SystemMetadata acl"},
		"a key of KMS":                        {nil, resource.Properties{"SystemMetadata": object{"sse": "aws:kms"}}, "SystemMetadata sse aws:kms"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t)
			c.makeBucket(t, "site")
			_, err := c.create(t, "Custom::CDKBucketDeployment", c.deployment(t, []map[string]string{tc.files}, tc.change))
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got  %v\nwant %s", err, tc.want)
			}
			if got := c.keys(t, "site"); got != "" {
				t.Errorf("it left %s behind", got)
			}
		})
	}
}

func TestWhatIsNoArchiveIsRefused(t *testing.T) {
	t.Parallel()
	c := start(t)
	c.makeBucket(t, "site")
	p := c.deployment(t, []map[string]string{{}}, nil)
	c.put(t, "assets", "0.zip", "not a zip")
	if _, err := c.create(t, "Custom::CDKBucketDeployment", p); err == nil || !strings.Contains(err.Error(), "not a valid zip file") {
		t.Errorf("got %v", err)
	}
}

func TestTemplate(t *testing.T) {
	t.Parallel()
	c := start(t)
	c.makeBucket(t, "assets")
	c.put(t, "assets", "a b.json", "{}")
	for url, want := range map[string]string{
		"http://localhost:4566/assets/a%20b.json":              "{}",
		"http://assets.s3.localhost:4566/a%20b.json":           "{}",
		"https://assets.s3.us-east-1.amazonaws.com/a%20b.json": "{}",
		"https://s3.us-east-1.amazonaws.com/assets/a%20b.json": "{}",
		"http://localhost:4566/assets/none":                    "NoSuchKey",
		"http://localhost:4566/none/none":                      "NoSuchBucket",
		"template.json":                                        "is no URL",
	} {
		got, err := c.Template(t.Context(), url)
		if err != nil && !strings.Contains(err.Error(), want) || err == nil && string(got) != want {
			t.Errorf("%s: got %s, %v; want %s", url, got, err, want)
		}
	}
}

func TestAReaderEndsWithTheBytesItStartedWith(t *testing.T) {
	t.Parallel()
	c := start(t)
	c.makeBucket(t, "site")
	old := strings.Repeat("old ", 1<<20)
	c.put(t, "site", "k", old)
	policy := `{"Statement":{"Effect":"Allow","Principal":{"Service":"cloudfront.amazonaws.com"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::site/*"}}`
	if _, err := c.client.PutBucketPolicy(t.Context(), &awss3.PutBucketPolicyInput{Bucket: new("site"), Policy: &policy}); err != nil {
		t.Fatal(err)
	}
	o, err := c.Object(t.Context(), s3.ObjectRequest{Bucket: "site", Key: "k", Principal: distribution})
	if err != nil {
		t.Fatal(err)
	}
	c.put(t, "site", "k", "new")
	data, err := io.ReadAll(o.Reader(0, o.Size))
	if err != nil || string(data) != old {
		t.Errorf("read %d bytes: %v", len(data), err)
	}
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	if got := c.get(t, "site", "k"); got != "new" {
		t.Errorf("got %q, want new", got)
	}
}

func TestTheClockOfObjectsIsInjected(t *testing.T) {
	t.Parallel()
	c := start(t)
	c.makeBucket(t, "site")
	*c.clock = time.Date(2030, 1, 2, 3, 4, 5, 6, time.UTC)
	c.put(t, "site", "k", "v")
	head, err := c.client.HeadObject(context.Background(), &awss3.HeadObjectInput{Bucket: new("site"), Key: new("k")})
	if err != nil || head.LastModified.Format(time.RFC3339) != "2030-01-02T03:04:05Z" {
		t.Errorf("got %v, %v", head, err)
	}
}
