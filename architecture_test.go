// Package gatehouse_test holds the rooms of docs/ARCHITECTURE.md apart.
package gatehouse_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// may says which rooms each room may import, directly or not, beside itself.
// A room is the first part of an import path after the module's name.
var may = map[string][]string{
	"config": {},
	"stacks": {"config", "outputs"},
	// The names of a deployment, for programs that do not load the CDK.
	"stacks/contract": {},
	"infra":           {"config", "outputs", "stacks"},
	"outputs":         {"config", "stacks/contract"},
	"local":           {},
	"internal":        {"config", "local", "outputs", "stacks/contract"},
	"cmd":             {"config", "internal", "local", "outputs", "stacks/contract"},
}

// free are packages that no room but these may load: they cost every command's start.
var free = map[string][]string{
	"github.com/aws/aws-cdk-go":      {"stacks", "infra"},
	"github.com/aws/jsii-runtime-go": {"stacks", "infra"},
}

func TestRoomsImportOnlyWhatIsDrawn(t *testing.T) {
	t.Parallel()
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}}{{range .Deps}} {{.}}{{end}}`, "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		pkg := strings.TrimPrefix(fields[0], "gatehouse/")
		if pkg == "gatehouse" || isIn(pkg, "e2e") {
			continue // the tests of the whole
		}
		room, _, _ := strings.Cut(pkg, "/")
		if isIn(pkg, "stacks/contract") {
			room = "stacks/contract"
		}
		allowed, known := may[room]
		if !known {
			t.Errorf("%s is in no room that this test knows", pkg)
		}
		for _, dep := range fields[1:] {
			ours, isOurs := strings.CutPrefix(dep, "gatehouse/")
			if isOurs && !isIn(ours, room) && !isInAny(ours, allowed) {
				t.Errorf("%s imports %s", pkg, ours)
			}
			for path, rooms := range free {
				if isIn(dep, path) && !slices.Contains(rooms, room) {
					t.Errorf("%s loads %s", pkg, dep)
				}
			}
		}
	}
}

func isIn(pkg, folder string) bool { return pkg == folder || strings.HasPrefix(pkg, folder+"/") }

func isInAny(pkg string, folders []string) bool {
	for _, folder := range folders {
		if isIn(pkg, folder) {
			return true
		}
	}
	return false
}
