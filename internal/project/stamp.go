package project

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// fingerprint is a hash over the names and contents of files, folders included
// with all they hold. Paths are relative to the project; folders named in skip are
// left out. A path that does not exist counts as such.
func (p Project) fingerprint(skip []string, paths ...string) (string, error) {
	sum := sha256.New()
	for _, path := range paths {
		err := filepath.WalkDir(filepath.Join(p.Dir, path), func(at string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case entry.IsDir() && slices.Contains(skip, entry.Name()):
				return fs.SkipDir
			case !entry.Type().IsRegular():
				return nil
			}
			return p.hashFile(sum, at)
		})
		if os.IsNotExist(err) {
			fmt.Fprintf(sum, "%q does not exist\n", path)
			continue
		}
		if err != nil {
			return "", fmt.Errorf("reading %s: %w", path, err)
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

func (p Project) hashFile(into io.Writer, path string) error {
	name, err := filepath.Rel(p.Dir, path)
	if err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // only read from
	content := sha256.New()
	if _, err := io.Copy(content, f); err != nil {
		return err
	}
	_, err = fmt.Fprintf(into, "%q %x\n", name, content.Sum(nil))
	return err
}

// isStamped tells whether stamp, a file, says that the work for this fingerprint was done.
func isStamped(stamp, fingerprint string) bool {
	data, err := os.ReadFile(stamp)
	return err == nil && string(data) == fingerprint
}

func writeStamp(stamp, fingerprint string) error {
	if err := os.WriteFile(stamp, []byte(fingerprint), 0o644); err != nil {
		return fmt.Errorf("remembering what was built: %w", err)
	}
	return nil
}
