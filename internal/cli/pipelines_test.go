package cli

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gatehouse/config"
	"gatehouse/internal/pipelinetest"
)

// TestEveryLineOfThePipelinesIsUnderstood: a command or a flag that is renamed turns
// this red, before it does so in everybody's pipeline.
func TestEveryLineOfThePipelinesIsUnderstood(t *testing.T) {
	t.Parallel()
	const dir = "../.."
	jobs, err := pipelinetest.All(dir)
	if err != nil {
		t.Fatal(err)
	}
	specs, err := pipelinetest.Buildspecs(dir)
	if err != nil {
		t.Fatal(err)
	}
	file, err := pipelinetest.ReadGitLab(dir)
	if err != nil {
		t.Fatal(err)
	}
	check := func(where string, given map[string]string, line string) {
		for _, command := range commandsOf(line) {
			if err := understood(dir, command); err != nil {
				t.Errorf("%s: %s: %v", where, line, err)
			}
		}
		for _, match := range regexp.MustCompile(`\$([A-Za-z_]\w*)`).FindAllStringSubmatch(line, -1) {
			if _, set := given[match[1]]; !set && !slices.Contains(ofThePlatform, match[1]) {
				t.Errorf("%s: %s: nobody sets %s", where, line, match[1])
			}
		}
	}
	for _, j := range jobs {
		for _, s := range j.Steps {
			given := map[string]string{}
			maps.Copy(given, j.Env)
			maps.Copy(given, s.Env)
			if strings.HasPrefix(j.File, "buildspec/") || j.File == ".gitlab-ci.yml" {
				given["SHA256"], given["ENVIRONMENT"] = "from an earlier job", "from the pipeline"
			}
			check(j.String(), given, s.Run)
		}
	}
	for name, spec := range specs {
		for _, line := range spec.Phases.Install.Commands {
			check(name, nil, line)
		}
	}
	for name, j := range file.Jobs {
		for _, line := range j.BeforeScript {
			check(".gitlab-ci.yml: "+name, j.Variables, line)
		}
	}
}

// ofThePlatform are variables that a platform sets, or these definitions ask it to.
var ofThePlatform = []string{"GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "AWS_ID_TOKEN"}

// programs are what the lines may call besides gatehouse and make: what needs no test.
var programs = []string{"apt-get", "cat", "exit", "printf", "sed", "test"}

// understood is whether the project knows a command with all its arguments.
func understood(dir string, words []string) error {
	switch name := words[0]; {
	case name == "bin/gatehouse":
		return gatehouseUnderstands(dir, words[1:])
	case name == "make":
		if len(words) != 2 {
			return errors.New("make: want one target")
		}
		data, err := os.ReadFile(filepath.Join(dir, "Makefile"))
		if err != nil {
			return err
		}
		if !strings.Contains("\n"+string(data), "\n"+words[1]+":") {
			return fmt.Errorf("the Makefile has no target %s", words[1])
		}
	case regexp.MustCompile(`^SHA256=`).MatchString(name) || slices.Contains(programs, name):
	default:
		return fmt.Errorf("%s: a step calls gatehouse or make; put what it does there", name)
	}
	return nil
}

func gatehouseUnderstands(dir string, arguments []string) error {
	cmd, rest, err := newRoot(Host{}).Find(arguments)
	if err != nil {
		return err
	}
	if !cmd.HasParent() || cmd.HasSubCommands() {
		return errors.New("it names no command")
	}
	if err := cmd.ParseFlags(rest); err != nil {
		return err
	}
	if err := cmd.ValidateArgs(cmd.Flags().Args()); err != nil {
		return err
	}
	environments := []string{}
	if cmd.CommandPath() == "gatehouse release create" {
		environments = cmd.Flags().Args()
	}
	if env := cmd.Flags().Lookup("env"); env != nil && env.Value.String() != "$ENVIRONMENT" {
		environments = append(environments, env.Value.String())
	}
	for _, environment := range environments {
		if _, err := config.Load(os.DirFS(dir), environment); err != nil {
			return err
		}
	}
	return nil
}

// commandsOf are the simple commands of a line of shell, as words: as much of the
// shell's grammar as the pipelines use.
func commandsOf(line string) (commands [][]string) {
	var words []string
	var word strings.Builder
	begun, quote, redirected := false, rune(0), false
	endWord := func() {
		if begun && !redirected {
			words = append(words, word.String())
		}
		redirected = redirected && !begun // the word was the file's name
		begun = false
		word.Reset()
	}
	endCommand := func() {
		endWord()
		if len(words) > 0 {
			commands = append(commands, words)
		}
		words, redirected = nil, false
	}
	for _, r := range line {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '"' || r == '\''):
			quote, begun = r, true
		case quote != 0:
			word.WriteRune(r)
		case r == ' ':
			endWord()
		case r == '>':
			endWord()
			redirected = true
		case strings.ContainsRune("|&;{}\n", r):
			endCommand()
		default:
			word.WriteRune(r)
			begun = true
		}
	}
	endCommand()
	return commands
}

func TestCommandsOf(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		`a --x "$Y" > f`:            "a,--x,$Y",
		`a > f || { b; exit 1; }`:   "a|b|exit,1",
		`sed 's/^/x = /' f >> "$O"`: "sed,s/^/x = /,f",
		`a >f b && c ""`:            "a,b|c,",
	} {
		var got []string
		for _, command := range commandsOf(line) {
			got = append(got, strings.Join(command, ","))
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%s: got %q; want %q", line, got, want)
		}
	}
}
