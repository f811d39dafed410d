package release

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// sum is the hash of the hashes.
func (m Manifest) sum() string {
	h := sha256.New()
	for _, environment := range slices.Sorted(maps.Keys(m.Environments)) {
		fmt.Fprintf(h, "%s %s\n", m.Environments[environment], environment)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// sumOf is a hash over the names and contents of all that a deployment of the
// assembly in dir depends on. The same commit has the same hash everywhere.
func sumOf(dir string) (string, error) {
	h := sha256.New()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		switch {
		case entry.IsDir() && name == ".cache": // where the CLI zips
			return fs.SkipDir
		case entry.IsDir() || forPeople(name):
			return nil
		case !entry.Type().IsRegular():
			return fmt.Errorf("%s is neither a file nor a folder", path)
		}
		sum, err := sumOfFile(path)
		if err != nil {
			return err
		}
		fmt.Fprintf(h, "%q %s\n", name, sum)
		return nil
	})
	if err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// forPeople is whether a file at the top of an assembly only tells where things come
// from. Those hold paths of the machine that synthesized, and no deployment reads
// anything from them; the CLI adds locks beside.
func forPeople(name string) bool {
	return !strings.Contains(name, "/") && (name == "tree.json" || name == "validation-report.json" ||
		strings.HasSuffix(name, ".metadata.json") || strings.HasSuffix(name, ".lock"))
}

func sumOfFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }() // only read from
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
