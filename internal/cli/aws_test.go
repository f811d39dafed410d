package cli

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation"

	"gatehouse/config"
	"gatehouse/local/localtest"
)

// A local cloud may begin to answer before the end of a request has been sent.
func TestAnAnswerThatIsFasterThanItsRequestIsHeard(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		stream := http.NewResponseController(w)
		for _, err := range []error{
			stream.EnableFullDuplex(),
			write(w, "<DescribeStacksResponse>"), stream.Flush(), discard(r.Body),
			write(w, "<DescribeStacksResult><Stacks></Stacks></DescribeStacksResult></DescribeStacksResponse>"),
		} {
			if err != nil {
				t.Error(err)
			}
		}
	}))
	t.Cleanup(server.Close)
	cfg := config.Config{Region: "us-east-1", Local: config.Local{Endpoint: server.URL}}
	sdk, _, err := Host{Getenv: func(string) string { return "" }}.cloud(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("a", 4<<20) // more than fits into what lies between the two
	if _, err := cloudformation.NewFromConfig(sdk).DescribeStacks(t.Context(), &cloudformation.DescribeStacksInput{StackName: &long}); err != nil {
		t.Error(err)
	}
}

func write(w io.Writer, text string) error {
	_, err := io.WriteString(w, text)
	return err
}

func discard(r io.Reader) error {
	_, err := io.Copy(io.Discard, r)
	return err
}

func TestALocalCloudIsReachedWhateverTheUsersAWSSettings(t *testing.T) {
	t.Setenv("AWS_PROFILE", "gone")
	t.Setenv("AWS_CONFIG_FILE", t.TempDir())
	t.Setenv("AWS_ENDPOINT_URL_CLOUDFORMATION", "http://localhost:1")
	cloud := localtest.Start(t)
	cfg := config.Config{Region: "us-east-1", Local: config.Local{Endpoint: cloud.AWSURL()}}
	sdk, _, err := Host{Getenv: os.Getenv}.cloud(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cloudformation.NewFromConfig(sdk).DescribeStacks(t.Context(), &cloudformation.DescribeStacksInput{}); err != nil {
		t.Error(err)
	}
}

func TestACloudThatIsCutOffIsNamedWithTheWayToStartIt(t *testing.T) {
	t.Parallel()
	cutOff := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	t.Cleanup(cutOff.Close)
	cfg := config.Config{Region: "us-east-1", Local: config.Local{Endpoint: cutOff.URL}}
	sdk, _, err := Host{Getenv: func(string) string { return "" }}.cloud(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	_, err = cloudformation.NewFromConfig(sdk).DescribeStacks(t.Context(), &cloudformation.DescribeStacksInput{})
	var stderr strings.Builder
	code := report(&stderr, err)
	want := "gatehouse: the local cloud at " + cutOff.URL + " does not answer: EOF\n" +
		"\n  gatehouse up starts it. If it is on another port, name that in AWS_ENDPOINT_URL.\n"
	if code != ExitFailure || stderr.String() != want {
		t.Errorf("got  %d %s\nwant %d %s", code, stderr.String(), ExitFailure, want)
	}
}
