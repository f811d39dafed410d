package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Dir is the folder of a project that holds its environments.
const Dir = "config"

// shared is the name of the file that environments extend and that is none itself.
const shared = "base"

// maxFile is the most bytes that are read of a file. Real ones have about a thousand.
const maxFile = 1 << 20

// Load reads the environment env of the project whose folder is project:
//
//	cfg, err := config.Load(os.DirFS("."), "prod") // config/prod.yaml
//
// The error is an [UnknownEnvironmentError] if there is no such file, [Problems]
// if there are mistakes in it or in a file that it extends.
func Load(project fs.FS, env string) (Config, error) {
	c, _, err := loadEnvironment(project, env)
	return c, err
}

func loadEnvironment(project fs.FS, env string) (Config, Places, error) {
	known, err := Environments(project)
	if err != nil {
		return Config{}, nil, err
	}
	if !slices.Contains(known, env) {
		return Config{}, nil, &UnknownEnvironmentError{Name: env, Known: known}
	}
	return load(env, path.Join(Dir, env+".yaml"), func(name string) ([]byte, error) {
		return readFile(project, name)
	})
}

// Parse is Load for one file's content that is in memory already. The file's
// name is used in messages and, without .yaml, names the environment. It cannot
// extend another.
func Parse(name string, data []byte) (Config, error) {
	c, _, err := load(strings.TrimSuffix(path.Base(name), ".yaml"), name, func(wanted string) ([]byte, error) {
		if wanted != name {
			return nil, fs.ErrNotExist
		}
		return data, nil
	})
	return c, err
}

// Environments are the names of the environments of a project, sorted:
// config/*.yaml but for base.yaml, which is what they share.
func Environments(project fs.FS) ([]string, error) {
	files, err := fs.Glob(project, path.Join(Dir, "*.yaml"))
	if err != nil {
		return nil, fmt.Errorf("listing the environments in %s: %w", Dir, err)
	}
	var names []string
	for _, file := range files {
		if name := strings.TrimSuffix(path.Base(file), ".yaml"); name != shared {
			names = append(names, name)
		}
	}
	return names, nil
}

// UnknownEnvironmentError says that an environment has no file.
type UnknownEnvironmentError struct {
	Name  string   // what was asked for; may be empty
	Known []string // what there is
}

func (e *UnknownEnvironmentError) Error() string {
	what := fmt.Sprintf("there is no environment %q", e.Name)
	if e.Name == "" {
		what = "no environment is named"
	}
	if len(e.Known) == 0 {
		return what + "; " + Dir + "/ holds no .yaml file of one"
	}
	what += "; known are " + strings.Join(e.Known, ", ")
	if like := nearest(e.Name, e.Known); like != "" {
		what += "; did you mean " + like + "?"
	}
	return what
}

func readFile(project fs.FS, name string) ([]byte, error) {
	f, err := project.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = errors.New("larger than a mebibyte")
	}
	return data, err
}

// load reads the file called name and those it extends.
func load(env, name string, read func(name string) ([]byte, error)) (Config, Places, error) {
	d := decoder{file: name, at: Places{}}
	layers := d.chain(name, read)
	whole := len(d.problems) == 0
	c := Default()
	for _, l := range slices.Backward(layers) { // the farthest ancestor first: what comes later wins
		d.file = l.file
		whole = d.config(l.root, &c) && whole
	}
	if at, ok := d.at["environment"]; ok && at.File != name {
		d.problems = append(d.problems, Problem{at.File, at.Line, "environment", "set it in " + name + " itself: two environments of one name would be the same stacks"})
	}
	c.derive(env)
	ch := checker{at: d.at, file: name, problems: d.problems}
	if whole { // else what is missing may stand in what could not be read
		ch.limits(c)
		ch.rules(c)
	}
	if err := ch.problems.errorOrNil(); err != nil {
		return Config{}, nil, err
	}
	return c, d.at, nil
}

// layer is one file of an environment.
type layer struct {
	file string
	root *yaml.Node // nil: the file sets nothing
}

// chain is the file called name, the one it extends, the one which that extends …
func (d *decoder) chain(name string, read func(name string) ([]byte, error)) (layers []layer) {
	var from Problem // where a file is named
	for name != "" {
		data, err := read(name)
		if err != nil {
			if from.File == "" {
				from = Problem{File: name, Line: 1}
			}
			why := err.Error()
			if errors.Is(err, fs.ErrNotExist) {
				why = "there is no such file"
			}
			from.Message = fmt.Sprintf("reading %s: %s", name, why)
			d.problems = append(d.problems, from)
			return layers
		}
		d.file = name
		root, ok := d.parse(data)
		if !ok {
			return layers
		}
		layers = append(layers, layer{name, root})

		next, line := d.extends(root)
		from = Problem{File: name, Line: line, Key: "extends"}
		name = next
		if slices.ContainsFunc(layers, func(l layer) bool { return l.file == next }) {
			from.Message = next + " extends itself in the end"
			d.problems = append(d.problems, from)
			return layers
		}
	}
	return layers
}

// extends is the name of the file that root names under "extends", as seen from
// the project's folder, and the line where.
func (d *decoder) extends(root *yaml.Node) (name string, line int) {
	if root == nil || root.Kind != yaml.MappingNode {
		return "", 0
	}
	for i := 0; i < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		if key.Value != "extends" {
			continue
		}
		file := path.Join(path.Dir(d.file), value.Value)
		if value.Kind != yaml.ScalarNode || value.Value == "" || path.IsAbs(value.Value) || !fs.ValidPath(file) {
			d.problem(key.Line, "extends", "want a file as seen from this one's folder, such as base.yaml; got %s", describe(value))
			return "", 0
		}
		return file, key.Line
	}
	return "", 0
}

var yamlLine = regexp.MustCompile(`^yaml: line (\d+): (.*)$`)

// parse reads one YAML document. It is false if that failed.
func (d *decoder) parse(data []byte) (root *yaml.Node, ok bool) {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc, more yaml.Node
	err := dec.Decode(&doc)
	if errors.Is(err, io.EOF) {
		return nil, true
	}
	if err != nil {
		d.syntax(err)
		return nil, false
	}
	if err := dec.Decode(&more); err == nil {
		d.problem(more.Line, "", "a file holds one environment; a second YAML document begins here")
		return nil, false
	} else if !errors.Is(err, io.EOF) {
		d.syntax(err)
		return nil, false
	}
	return doc.Content[0], true
}

// syntax reports an error of the YAML parser.
func (d *decoder) syntax(err error) {
	line, what := 1, strings.TrimPrefix(err.Error(), "yaml: ")
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		line, _ = strconv.Atoi(m[1]) // digits, as matched
		what = m[2]
	}
	d.problem(line, "", "this is not YAML: %s", what)
}
