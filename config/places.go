package config

import "io/fs"

// Place is where a setting stands.
type Place struct {
	File string // as seen from the project's folder: config/prod.yaml
	Line int    // counted from 1
}

// Places are where the settings of an environment stand, by key: what counts is
// the line that was read last.
type Places map[string]Place

// Of is the place of a setting or, if no file sets it, of what it belongs to. It is
// false if no file sets that either.
func (ps Places) Of(key string) (Place, bool) {
	for ; key != ""; key = parent(key) {
		if p, ok := ps[key]; ok {
			return p, true
		}
	}
	return Place{}, false
}

// Locate tells where the settings of an environment stand. Its errors are those of [Load].
func Locate(project fs.FS, env string) (Places, error) {
	_, places, err := loadEnvironment(project, env)
	return places, err
}
