package outputs

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// Write puts o into dir, one file a format, and creates dir if it is missing. It
// returns the paths of the files that it changed.
//
// Everything is written and checked beside the old files before the first of them
// is replaced, and each is replaced at once, so that a reader sees the old file or
// the new one. A file that would not change is left untouched. An aws-exports.js
// that exists keeps the keys that are not about sign-in or hosting, as Amplify
// does it. Only files directly in dir are written: where a link or a folder has
// the name of one, Write refuses.
func Write(dir string, formats []Format, o Outputs) (changed []string, err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("writing outputs: %w", err)
	}
	var pending []pendingFile
	defer func() {
		for _, p := range pending { // those that were renamed are gone from here
			if e := os.Remove(p.temporary); e != nil && !errors.Is(e, fs.ErrNotExist) {
				err = errors.Join(err, fmt.Errorf("writing outputs: %w", e))
			}
		}
	}()
	for i, f := range formats {
		if slices.Contains(formats[:i], f) {
			continue
		}
		path := filepath.Join(dir, f.FileName())
		existing, err := readExisting(path)
		if err != nil {
			return nil, fmt.Errorf("writing outputs: %w", err)
		}
		data, err := f.update(o, existing)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", dir, err)
		}
		if existing != nil && bytes.Equal(data, existing) {
			continue
		}
		temporary, err := writeTemporary(path, data)
		if err != nil {
			return nil, fmt.Errorf("writing outputs: %w", err)
		}
		pending = append(pending, pendingFile{temporary, path})
	}
	for _, p := range pending {
		if err := os.Rename(p.temporary, p.path); err != nil {
			return changed, fmt.Errorf("writing outputs: %w", err)
		}
		changed = append(changed, p.path)
	}
	return changed, nil
}

// pendingFile is a complete file that waits to take its place.
type pendingFile struct{ temporary, path string }

// update is Marshal for a place where a file may exist already; nil: none does.
func (f Format) update(o Outputs, existing []byte) ([]byte, error) {
	if f == FormatAWSExports && len(bytes.TrimSpace(existing)) > 0 {
		return rewriteAWSExports(o, existing)
	}
	return f.Marshal(o)
}

// readExisting returns the content of the file at path, or nil if there is none.
func readExisting(path string) ([]byte, error) {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file", path)
	}
	return os.ReadFile(path)
}

// writeTemporary writes data to a new file in path's folder, which is on the same
// file system, so that renaming it is atomic.
func writeTemporary(path string, data []byte) (name string, err error) {
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.tmp")
	if err != nil {
		return "", err
	}
	_, err = file.Write(data)
	err = errors.Join(err, file.Chmod(0o644), file.Sync(), file.Close())
	if err != nil {
		return "", errors.Join(err, os.Remove(file.Name()))
	}
	return file.Name(), nil
}
