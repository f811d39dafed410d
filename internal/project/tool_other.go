//go:build !linux

package project

import "os/exec"

// runAndEndWithUs runs cmd. Only Linux can end a tool when this process is killed;
// elsewhere the tool goes on until it notices by itself.
func runAndEndWithUs(cmd *exec.Cmd) error { return cmd.Run() }
