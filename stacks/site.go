package stacks

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

// Site is a built site on the disk, as [ReadSite] finds it.
type Site struct {
	Dir      string   // the folder, as the file system knows it
	Files    []string // all of them as seen from Dir, sorted, with forward slashes
	contents fs.FS
}

// ErrNoSite says that a folder holds no built site.
var ErrNoSite = errors.New("there is no built site")

// ReadSite lists the built site in dir. The error wraps [ErrNoSite] if there is
// no index.html.
func ReadSite(dir string) (Site, error) {
	site := Site{Dir: dir, contents: os.DirFS(dir)}
	err := fs.WalkDir(site.contents, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		switch {
		case entry.IsDir():
		case entry.Type().IsRegular():
			site.Files = append(site.Files, name)
		default: // a link would be published as whatever it points at, a device hang
			return fmt.Errorf("%s is neither a file nor a folder", name)
		}
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Site{}, fmt.Errorf("reading the built site in %s: %w", dir, err)
	}
	if !slices.Contains(site.Files, "index.html") {
		return Site{}, fmt.Errorf("%w: %s holds no index.html", ErrNoSite, dir)
	}
	slices.Sort(site.Files)
	return site, nil
}

// has is whether the site has the file called name.
func (s Site) has(name string) bool {
	_, found := slices.BinarySearch(s.Files, name)
	return found
}

// split parts the files into those in the folder hashed, "" for none, and the rest.
func (s Site) split(hashed string) (assets, pages []string) {
	for _, name := range s.Files {
		if hashed != "" && strings.HasPrefix(name, hashed+"/") {
			assets = append(assets, name)
		} else {
			pages = append(pages, name)
		}
	}
	return assets, pages
}

// folders are those of pages that have an index.html: for /docs that is
// docs/index.html, not docs.html.
func folders(pages []string) []string {
	list := []string{}
	for _, name := range pages {
		if dir, file := path.Split(name); file == "index.html" && dir != "" && !slices.Contains(pages, strings.TrimSuffix(dir, "/")+".html") {
			list = append(list, strings.TrimSuffix(dir, "/"))
		}
	}
	return list
}
