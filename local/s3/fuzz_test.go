package s3

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"path"
	"strings"
	"testing"
	"unicode/utf8"
)

func FuzzPolicy(f *testing.F) {
	for _, document := range []string{
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"cloudfront.amazonaws.com"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*","Condition":{"StringEquals":{"AWS:SourceArn":"a"}}}]}`,
		`{"Statement":{"Effect":"Deny","Principal":"*","Action":["s3:*"],"Resource":["arn:aws:s3:::b"],"Condition":{"Bool":{"aws:SecureTransport":false}}}}`,
		`{"Statement":[null]}`, `{"Statement":{"Principal":null}}`, `[]`,
	} {
		f.Add([]byte(document))
	}
	s := &Service{Config: Config{Account: "123456789012"}}
	f.Fuzz(func(t *testing.T, document []byte) {
		policy, err := parsePolicy("b", document)
		if err != nil {
			return
		}
		b := bucket{Policy: document}
		someone := Principal{Service: "cloudfront.amazonaws.com", SourceARN: "arn:aws:cloudfront::123456789012:distribution/E1"}
		if s.allowed(b, "b", "k", "s3:GetObject", Principal{}) && !policy.public() && !strings.Contains(strings.ToLower(string(document)), "condition") {
			t.Error("a policy that is not public lets anybody in")
		}
		if s.allowed(b, "b", "k", "s3:GetObject", someone) && !strings.Contains(string(document), "Allow") {
			t.Error("a policy that allows nothing lets somebody in")
		}
	})
}

func FuzzMarkers(f *testing.F) {
	f.Add("a<<marker:0xbaba:0>>b", "<<marker:0xbaba:0>>", "say \"é😀\"\n")
	f.Add("", "", "")
	f.Fuzz(func(t *testing.T, text, marker, value string) {
		if utf8.ValidString(value) {
			var back string
			if err := json.Unmarshal([]byte(`"`+jsonEscaped(value)+`"`), &back); err != nil || back != value {
				t.Errorf("%q is %q after escaping: %v", value, back, err)
			}
		}
		got := replaceMarkers([]byte(text), map[string]string{marker: value})
		if want := strings.ReplaceAll(text, marker, value); marker != "" && string(got) != want {
			t.Errorf("got %q, want %q", got, want)
		}
		if marker == "" && string(got) != text {
			t.Errorf("an empty marker changed %q to %q", text, got)
		}
	})
}

func FuzzSafeName(f *testing.F) {
	for _, name := range []string{"index.html", "a/b", "../a", "/a", "a/../../b", `a\b`, "./a", "a//b", "."} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		safe, err := safeName(name)
		if err == nil && (!strings.HasPrefix(path.Join("/folder", safe), "/folder/") || strings.Contains(safe, `\`)) {
			t.Errorf("%q became %q, which leaves the folder", name, safe)
		}
	})
}

func FuzzAWSChunked(f *testing.F) {
	f.Add([]byte("5;chunk-signature=x\r\nhello\r\n0;chunk-signature=x\r\n\r\n"))
	f.Add([]byte("5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r := &awsChunked{body: io.NopCloser(bytes.NewReader(data)), in: bufio.NewReader(bytes.NewReader(data)), trailer: func(string, string) {}}
		got, err := io.ReadAll(r)
		if err == nil && len(got) > len(data) {
			t.Errorf("%d bytes came out of %d", len(got), len(data))
		}
	})
}

func FuzzFnmatch(f *testing.F) {
	f.Add("*.html", "a/b.html")
	f.Add("[!a-c]?[]]", "dx]")
	f.Fuzz(func(t *testing.T, pattern, name string) {
		if len(pattern) > 20 || len(name) > 50 {
			return
		}
		got := fnmatch(pattern, name)
		if !strings.ContainsAny(pattern, "*?[") && got != (pattern == name) {
			t.Errorf("fnmatch(%q, %q): got %v", pattern, name, got)
		}
		if got && utf8.ValidString(name) && !fnmatch("*"+pattern, "x"+name) {
			t.Errorf("fnmatch(%q, %q): a star in front changes it", pattern, name)
		}
	})
}

func TestFnmatch(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		pattern, name string
		want          bool
	}{
		{"*", "a/b", true}, {"a?c", "abc", true}, {"a?c", "a", false}, {"[abc]x", "bx", true}, {"[!abc]x", "bx", false},
		{"[a-c]x", "bx", true}, {"[]]", "]", true}, {"[", "[", true}, {"[a", "[a", true}, {"*.map", "a.map.js", false},
		{"é?", "éß", true}, {"[!x]", "", false},
	} {
		if got := fnmatch(tc.pattern, tc.name); got != tc.want {
			t.Errorf("fnmatch(%q, %q): got %v", tc.pattern, tc.name, got)
		}
	}
}

func TestSweepRemovesWhatAKilledProcessLeft(t *testing.T) {
	t.Parallel()
	s := newTestService(t)
	if err := s.createBucket("b", bucket{}); err != nil {
		t.Fatal(err)
	}
	if err := s.store("b", "kept", nil, sourceFile{open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("kept")), nil }}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.writeBlob(strings.NewReader(strings.Repeat("x", 3*chunkSize))); err != nil { // nothing comes to refer to it
		t.Fatal(err)
	}
	if got := countChunks(t, s); got != 4 {
		t.Fatalf("there are %d chunks, want 4", got)
	}
	again, err := New(s.Config)
	if err != nil {
		t.Fatal(err)
	}
	if got := countChunks(t, again); got != 1 {
		t.Errorf("there are %d chunks after a start, want 1", got)
	}
}

func TestNoBytesStayBehind(t *testing.T) {
	t.Parallel()
	s := newTestService(t)
	if err := s.createBucket("b", bucket{}); err != nil {
		t.Fatal(err)
	}
	file := func(text string) sourceFile {
		return sourceFile{open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
	}
	for _, text := range []string{"one", "two", ""} {
		if err := s.store("b", "k", nil, file(text)); err != nil {
			t.Fatal(err)
		}
	}
	if got := countChunks(t, s); got != 0 {
		t.Errorf("an empty object over two others leaves %d chunks", got)
	}
	if err := s.store("b", "k", nil, file("three")); err != nil {
		t.Fatal(err)
	}
	o, err := s.open("b", "k", "")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.emptyBucket("b", ""); err != nil {
		t.Fatal(err)
	}
	if got := countChunks(t, s); got != 1 {
		t.Errorf("an object that is being read has %d chunks, want 1", got)
	}
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	if got := countChunks(t, s); got != 0 {
		t.Errorf("after its last reader it has %d chunks", got)
	}
}
