package stacks

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io/fs"
	"maps"
	"slices"

	"gatehouse/config"
	"gatehouse/outputs"
)

// Release is one version of everything that is published. It lives beside its
// predecessors under releases/<id>/ and is never changed once it is there.
type Release struct {
	ID string // a short hash of what is in it

	dir     string            // the built site
	pages   []string          // the site's files but for the hashed assets
	assets  []string          // files whose names say what is in them; shared by all releases
	configs map[string]string // the configuration files by name, with placeholders for what only a deployment knows
	router  string            // the code that makes it the live one
}

// Placeholders for ids that only a deployment knows. The release's id is a hash,
// and must be the same before and after the first deployment; so the
// configuration is hashed with these in it. They have the form of real ids.
const (
	poolPlaceholder   = "_PlaceholderForPoolId"
	clientPlaceholder = "placeholderforclientid"
)

// NewRelease reads the site once and prepares its publication for an environment.
// It fails if the site cannot be published as the configuration says.
func NewRelease(cfg config.Config, site Site) (Release, error) {
	r := Release{dir: site.Dir}
	r.assets, r.pages = site.split(cfg.Hosting.HashedAssets)
	configs, err := configFiles(cfg)
	if err != nil {
		return Release{}, err
	}
	r.configs = configs
	for _, name := range slices.Sorted(maps.Keys(configs)) {
		if site.has(name) {
			return Release{}, fmt.Errorf("the site has a file %s of its own; each deployment writes that file for its environment", name)
		}
	}
	if r.ID, err = r.hash(cfg, site.contents); err != nil {
		return Release{}, fmt.Errorf("reading the site: %w", err)
	}
	if r.router, err = routerCode(cfg.Hosting, r); err != nil {
		return Release{}, err
	}
	return r, nil
}

// configFiles are the files that tell pages which pool is theirs. They leave the
// site's address out unless it is known beforehand: pages know where they are, and
// CloudFront's address comes into being only after what is published.
func configFiles(cfg config.Config) (map[string]string, error) {
	o := outputs.New(cfg, outputs.IDs{
		UserPoolID:       cfg.Region + poolPlaceholder,
		UserPoolClientID: clientPlaceholder,
		SiteURL:          cfg.Local.Site,
	})
	files := map[string]string{}
	for name, write := range map[string]func(outputs.Outputs) ([]byte, error){
		"amplify_outputs.json": outputs.AmplifyOutputs,
		"aws-exports.js":       outputs.AWSExports,
		"config.js":            outputs.ConfigJS,
	} {
		data, err := write(o)
		if err != nil {
			return nil, fmt.Errorf("writing %s: %w", name, err)
		}
		files[name] = string(data)
	}
	return files, nil
}

// hash names the release by all that visitors can tell it from another by.
func (r Release) hash(cfg config.Config, site fs.FS) (string, error) {
	sum := sha256.New()
	part := func(name string, content []byte) {
		// With their lengths, so that no two lists of parts read the same.
		fmt.Fprintf(sum, "%d %s %d\n", len(name), name, len(content))
		sum.Write(content)
	}
	part("routing", []byte(cfg.Hosting.Routing))
	part("hashed assets", []byte(cfg.Hosting.HashedAssets))
	for _, name := range slices.Sorted(maps.Keys(r.configs)) {
		part(name, []byte(r.configs[name]))
	}
	for _, name := range r.pages {
		content, err := fs.ReadFile(site, name)
		if err != nil {
			return "", err
		}
		part(name, content)
	}
	return short(sum), nil
}

// short is the beginning of a hash: 64 bits tell releases apart.
func short(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)[:8]) }
