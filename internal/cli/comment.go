package cli

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"gatehouse/internal/comment"
)

func newComment(h Host) *cobra.Command {
	var name, file, ifEmpty string
	cmd := &cobra.Command{
		Use:   "comment",
		Short: "Write a comment on the pull request of this pipeline, or change it",
		Long: `Write a comment on the pull request that this pipeline runs for. The next run with the
same --name changes that comment instead of adding another.

The pull request is found in the variables of GitHub Actions, GitLab CI or CodeBuild.
GITHUB_TOKEN must be a token that may write on pull requests, GITLAB_TOKEN a project
access token with the scope api. Neither is ever printed.`,
		Example: `  gatehouse review --env prod --format markdown > review.md
  gatehouse comment --name review --file review.md`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if name == "" || file == "" {
				return usageError{fmt.Errorf("--name and --file: missing; want the comment's name and the file with its text")}
			}
			text, err := readText(file)
			if err != nil {
				return err
			}
			if strings.TrimSpace(text) == "" {
				text = ifEmpty
			}
			if text == "" {
				return fmt.Errorf("%s is empty: what should have written it failed, or wrote nothing; --if-empty says what to write then", file)
			}
			host, err := comment.Detect(h.Getenv)
			if err != nil {
				return err
			}
			return host.Put(cmd.Context(), name, text)
		},
	}
	cmd.Flags().StringVar(&name, "name", "", "tells comments apart: review, preview")
	cmd.Flags().StringVar(&file, "file", "", "the file with the comment's text, as Markdown")
	cmd.Flags().StringVar(&ifEmpty, "if-empty", "", "the text if the file is empty, because what should write it failed: so that the comment\nof an earlier run does not stay as if it were about this one")
	return cmd
}

func readText(file string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", fmt.Errorf("reading the comment's text: %w", err)
	}
	defer func() { _ = f.Close() }() // only read from
	data, err := io.ReadAll(io.LimitReader(f, 1<<20))
	if err != nil {
		return "", fmt.Errorf("reading the comment's text: %w", err)
	}
	return string(data), nil
}
