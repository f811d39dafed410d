//go:build unix

package project

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// CheckSpace fails when the project's disk has less than needed bytes free. It is
// asked before an installation, which would else stop half-way.
func (p Project) CheckSpace(needed uint64) error {
	var s unix.Statfs_t
	if err := unix.Statfs(p.Dir, &s); err != nil {
		return fmt.Errorf("asking how much disk space is free: %w", err)
	}
	if free := s.Bavail * uint64(s.Bsize); free < needed { //nolint:gosec // a file system's block size is positive
		return fmt.Errorf("only %d MB are free on the disk of %s, and about %d MB are needed: make room and run this again", free>>20, p.Dir, needed>>20)
	}
	return nil
}
