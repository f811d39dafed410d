//go:build unix

package project

import (
	"os/exec"
	"syscall"
)

// stopWithChildren makes the end of cmd's context stop the whole process group:
// npm and the cdk CLI start processes of their own.
func stopWithChildren(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
}
