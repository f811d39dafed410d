package project

import (
	"context"
	"os/exec"
	"strings"
)

// gitHead is the commit that is checked out in dir, or "" where there is no git or no
// repository: a commit is told for people to read, and nothing depends on it.
func gitHead(ctx context.Context, dir string) string {
	out, err := exec.CommandContext(ctx, "git", "-C", dir, "rev-parse", "HEAD").Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}
