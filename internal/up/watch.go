package up

import (
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// watched are the folders whose change means another deployment: sources, and pages that
// are not built from them.
func (u *runner) watched() []string {
	folders := []string{"config", "site", "stacks", "infra", "outputs"}
	pages := filepath.Clean(filepath.FromSlash(u.cfg.Hosting.Folder))
	if inside, err := filepath.Rel("site", pages); err != nil || !filepath.IsLocal(inside) {
		folders = append(folders, pages)
	}
	return folders
}

// unwatched are folders in them that are made from the rest.
var unwatched = []string{"node_modules", "dist", ".git"}

// settle is how long nothing must change before a deployment starts: editors
// write a file in several steps, and a checkout many files.
const settle = 150 * time.Millisecond

// watch deploys again whenever something changes, until ctx ends. What fails is
// shown and does not end it: the next change is the mend.
func (u *runner) watch(ctx context.Context) error {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return fmt.Errorf("watching for changes: %w", err)
	}
	defer func() { _ = watcher.Close() }() // the process ends here
	folders := u.watched()
	u.con.Println("  Watching " + strings.Join(folders, "/, ") + "/ for changes; Ctrl-C stops")
	for {
		for _, folder := range u.watched() { // another change may name another folder
			if err := watchTree(watcher, filepath.Join(u.p.Dir, folder)); err != nil {
				return fmt.Errorf("watching for changes: %w", err)
			}
		}
		changed, err := nextChange(ctx, watcher)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return fmt.Errorf("watching for changes: %w", err)
		}
		u.con.Println("\n  " + u.relative(changed) + " changed")
		if err := u.redeploy(ctx); err != nil && ctx.Err() == nil {
			u.con.Println(fmt.Sprintf("\n%v\n\n  The site stays as it was. Mend this and save; it is tried again.", err))
		}
	}
}

// redeploy builds and deploys what changed. Users stay: a pool is updated in place.
func (u *runner) redeploy(ctx context.Context) error {
	cfg, err := loadLocal(u.p, u.o.Environment)
	if err != nil {
		return err
	}
	if cfg.Region != u.cfg.Region || cfg.Account != u.cfg.Account {
		return fmt.Errorf("the account or Region changed: stop gatehouse up and start it again")
	}
	u.cfg = cfg
	if err := Build(ctx, u.p, u.con); err != nil {
		return err
	}
	return u.deploy(ctx)
}

func (u *runner) relative(path string) string {
	if rel, err := filepath.Rel(u.p.Dir, path); err == nil {
		return rel
	}
	return path
}

// nextChange waits for a change, then until nothing changes for a while, and
// returns the path that changed first.
func nextChange(ctx context.Context, watcher *fsnotify.Watcher) (string, error) {
	var first string
	var settled <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-settled:
			return first, nil
		case err := <-watcher.Errors:
			return "", err
		case event := <-watcher.Events:
			if event.Op == fsnotify.Chmod || isUnwatched(event.Name) {
				continue
			}
			if event.Has(fsnotify.Create) {
				if err := watchTree(watcher, event.Name); err != nil {
					return "", err
				}
			}
			if first == "" {
				first = event.Name
			}
			settled = time.After(settle)
		}
	}
}

// watchTree watches a folder and all in it. A path that is gone again, or a file, is left out.
func watchTree(watcher *fsnotify.Watcher, root string) error {
	return filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil && path == root:
			return nil
		case err != nil:
			return err
		case !entry.IsDir():
			return nil
		case path != root && isUnwatched(path):
			return fs.SkipDir
		}
		return watcher.Add(path)
	})
}

func isUnwatched(path string) bool { return slices.Contains(unwatched, filepath.Base(path)) }
