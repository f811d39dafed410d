//go:build e2e

package e2e_test

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"

	"gatehouse/local"
)

// BenchmarkUp measures "gatehouse up" where everything is installed and built, from
// the command to the first page served: without earlier users, and again with nothing
// changed. Of that, "deploying" is the cdk command line with all that it does, "synth"
// the CDK app alone, and "cloud" the local cloud's own work on both stacks. Memory is
// that of the process at rest, after a deployment:
//
//	go test -tags e2e ./e2e -run '^$' -bench Up -benchtime 3x
func BenchmarkUp(b *testing.B) {
	project := newProject(b)
	ours, _ := syntheses(b)
	out := b.TempDir()
	total := map[string]float64{}
	for b.Loop() {
		for _, run := range []struct {
			name      string
			arguments []string
		}{{"first", []string{"--fresh"}}, {"again", nil}} {
			before := time.Now()
			u := startUp(b, project, run.arguments...)
			total["s/"+run.name] += time.Since(before).Seconds()
			total["s/"+run.name+"-deploying"] += u.seconds("Deploying")
			if run.name == "first" {
				total["s/first-cloud"] += cloudSeconds(b, u.aws)
				total["MiB/first"] += u.resident()
			} else {
				total["MiB/again"] += u.resident()
			}
			if err := u.stop(syscall.SIGINT); err != nil {
				b.Fatal(err)
			}
		}
		before := time.Now()
		ours.into(b, out)
		total["s/synth"] += time.Since(before).Seconds()
	}
	for unit, sum := range total {
		b.ReportMetric(sum/float64(b.N), unit)
	}
	b.ReportMetric(0, "ns/op")
}

// seconds is how long "gatehouse up" says that a step took.
func (u *up) seconds(step string) float64 {
	u.t.Helper()
	match := regexp.MustCompile(`✓ ` + step + ` +([\d.]+) s`).FindStringSubmatch(u.printed())
	if match == nil {
		u.t.Fatalf("no time of %q in\n%s", step, u.printed())
	}
	seconds, err := strconv.ParseFloat(match[1], 64)
	if err != nil {
		u.t.Fatal(err)
	}
	return seconds
}

// resident is how much memory the process has, in MiB.
func (u *up) resident() float64 {
	u.t.Helper()
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", u.cmd.Process.Pid))
	if err != nil {
		u.t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(data), "VmRSS:")
	var kib float64
	if _, err := fmt.Sscan(rest, &kib); err != nil {
		u.t.Fatal(err)
	}
	return kib / 1024
}

// cloudSeconds is how long the local cloud worked on the stacks, by their events.
func cloudSeconds(t testing.TB, endpoint string) (seconds float64) {
	t.Helper()
	client := cloudformation.New(cloudformation.Options{
		Region: local.DefaultRegion, BaseEndpoint: &endpoint, Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	})
	for _, stack := range []string{authStack, hostingStack} {
		got, err := client.DescribeStackEvents(t.Context(), &cloudformation.DescribeStackEventsInput{StackName: &stack})
		if err != nil || len(got.StackEvents) == 0 {
			t.Fatalf("events of %s: %v", stack, err)
		}
		events := got.StackEvents // the newest first
		// The first event is of the change set's creation; the work begins with the second.
		seconds += events[0].Timestamp.Sub(*events[max(0, len(events)-2)].Timestamp).Seconds()
	}
	return seconds
}
