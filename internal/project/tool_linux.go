package project

import (
	"os/exec"
	"runtime"
	"syscall"
)

// runAndEndWithUs runs cmd. If this process is killed, so is the tool: an orphan of the
// cdk CLI would go on deploying while the next one starts. The kernel takes the end of
// the thread that started the tool for the end of the process, so the thread has to stay.
func runAndEndWithUs(cmd *exec.Cmd) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cmd.SysProcAttr.Pdeathsig = syscall.SIGTERM
	return cmd.Run()
}
