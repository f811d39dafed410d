package project

import (
	"context"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
)

// oldestNode is the oldest Node.js that everything runs on: Vite 8 needs 20.19.
const oldestNode = "20.19"

// checkNode checks that Node.js is there and new enough.
func (p Project) checkNode(ctx context.Context) error {
	if err := findNode(); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "node", "--version")
	cmd.Env = p.Environ
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("asking node for its version: %w", err)
	}
	return checkNodeVersion(strings.TrimSpace(string(out)))
}

// findNode checks that Node.js is there.
func findNode() error {
	if _, err := exec.LookPath("node"); err != nil {
		return fmt.Errorf("Node.js is not installed, or not on the PATH: install version %s or newer (the cdk CLI and the site's build run on it)", oldestNode)
	}
	return nil
}

// checkNodeVersion checks what `node --version` prints: v20.20.2.
func checkNodeVersion(version string) error {
	var have [2]int
	parts := strings.SplitN(strings.TrimPrefix(version, "v"), ".", 3)
	for i := range have {
		if i >= len(parts) {
			return fmt.Errorf("node --version printed %q; expected something like v%s.0", version, oldestNode)
		}
		n, err := strconv.Atoi(parts[i])
		if err != nil {
			return fmt.Errorf("node --version printed %q; expected something like v%s.0", version, oldestNode)
		}
		have[i] = n
	}
	if have[0] < 20 || have[0] == 20 && have[1] < 19 {
		return fmt.Errorf("Node.js %s is too old: install version %s or newer", version, oldestNode)
	}
	return nil
}
