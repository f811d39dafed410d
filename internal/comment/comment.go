// Package comment writes one comment on a pull request and keeps it up to date: the
// next run finds it by a mark in it and changes it, so that a request with twenty
// commits has one review and not twenty.
package comment

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Host is a code host, and the pull request there.
type Host struct {
	HTTP     *http.Client // nil: [http.DefaultClient]
	comments string       // the address of the request's comments
	each     string       // the address under which a comment is changed
	update   string       // the method that changes one
	header   string       // what the token is sent in
	token    string
}

// ErrNoRequest says that the process runs in no pipeline of a pull request.
var ErrNoRequest = errors.New("this is no pipeline of a pull request that is known: neither GitHub's, GitLab's nor CodeBuild's variables are set")

var (
	gitHubRef     = regexp.MustCompile(`^refs/pull/(\d+)/`)
	codeBuildHook = regexp.MustCompile(`^pr/(\d+)$`)
	gitHubSource  = regexp.MustCompile(`^https://github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?$`)
)

// Detect finds the pull request that the pipeline runs for, in its variables:
// https://docs.github.com/en/actions/reference/workflows-and-actions/variables
// https://docs.gitlab.com/ci/variables/predefined_variables/
// https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html
func Detect(getenv func(string) string) (Host, error) {
	if getenv("GITHUB_ACTIONS") == "true" {
		number := gitHubRef.FindStringSubmatch(getenv("GITHUB_REF"))
		if number == nil {
			return Host{}, fmt.Errorf("%w: GITHUB_REF is %q", ErrNoRequest, getenv("GITHUB_REF"))
		}
		return gitHub(getenv("GITHUB_API_URL"), getenv("GITHUB_REPOSITORY"), number[1], getenv("GITHUB_TOKEN"))
	}
	if getenv("GITLAB_CI") == "true" {
		number := getenv("CI_MERGE_REQUEST_IID")
		if _, err := strconv.Atoi(number); err != nil {
			return Host{}, fmt.Errorf("%w: CI_MERGE_REQUEST_IID is %q", ErrNoRequest, number)
		}
		if getenv("GITLAB_TOKEN") == "" {
			return Host{}, errors.New("GITLAB_TOKEN is not set: it takes a project access token with the scope api, as a masked variable")
		}
		notes := getenv("CI_API_V4_URL") + "/projects/" + url.PathEscape(getenv("CI_PROJECT_ID")) + "/merge_requests/" + number + "/notes"
		return Host{comments: notes, each: notes, update: http.MethodPut, header: "PRIVATE-TOKEN", token: getenv("GITLAB_TOKEN")}, nil
	}
	if number := codeBuildHook.FindStringSubmatch(getenv("CODEBUILD_WEBHOOK_TRIGGER")); number != nil {
		source := gitHubSource.FindStringSubmatch(getenv("CODEBUILD_SOURCE_REPO_URL"))
		if source == nil {
			return Host{}, fmt.Errorf("CODEBUILD_SOURCE_REPO_URL is %q: comments are written on GitHub alone", getenv("CODEBUILD_SOURCE_REPO_URL"))
		}
		return gitHub("https://api.github.com", source[1], number[1], getenv("GITHUB_TOKEN"))
	}
	return Host{}, ErrNoRequest
}

func gitHub(api, repository, number, token string) (Host, error) {
	if token == "" {
		return Host{}, errors.New("GITHUB_TOKEN is not set: it takes a token that may write on pull requests")
	}
	issues := api + "/repos/" + repository + "/issues/"
	return Host{comments: issues + number + "/comments", each: issues + "comments", update: http.MethodPatch, header: "Authorization", token: "Bearer " + token}, nil
}

// maxLength is what both hosts take at least: GitHub 65,536 characters.
const maxLength = 65000

// Put writes text as the comment called name, or changes the one that is there.
func (h Host) Put(ctx context.Context, name, text string) error {
	mark := "<!-- gatehouse:" + name + " -->"
	if len(text) > maxLength {
		text = strings.ToValidUTF8(text[:maxLength], "") + "\n\n…cut here: the rest is in the job's log."
	}
	id, err := h.find(ctx, mark)
	if err != nil {
		return fmt.Errorf("looking for the comment: %w", err)
	}
	method, address := http.MethodPost, h.comments
	if id != "" {
		method, address = h.update, h.each+"/"+id
	}
	body, err := json.Marshal(map[string]string{"body": mark + "\n" + text})
	if err != nil {
		return err
	}
	if _, err := h.call(ctx, method, address, body); err != nil {
		return fmt.Errorf("writing the comment: %w", err)
	}
	return nil
}

// mostPages bounds how far back the comment is looked for: 2,000 comments.
const mostPages = 20

// find is the id of the comment with the mark, or "".
func (h Host) find(ctx context.Context, mark string) (string, error) {
	for page := 1; page <= mostPages; page++ {
		data, err := h.call(ctx, http.MethodGet, h.comments+"?per_page=100&page="+strconv.Itoa(page), nil)
		if err != nil {
			return "", err
		}
		var list []struct {
			ID   json.Number `json:"id"`
			Body string      `json:"body"`
		}
		if err := json.Unmarshal(data, &list); err != nil {
			return "", err
		}
		for _, c := range list {
			if strings.HasPrefix(c.Body, mark) {
				return c.ID.String(), nil
			}
		}
		if len(list) < 100 {
			return "", nil
		}
	}
	return "", nil
}

// call calls the host. Its errors hold what the host said, and never the token.
func (h Host) call(ctx context.Context, method, address string, body []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set(h.header, h.token)
	request.Header.Set("Content-Type", "application/json")
	client := h.HTTP
	if client == nil {
		client = http.DefaultClient
	}
	answer, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }() // only read from
	data, err := io.ReadAll(io.LimitReader(answer.Body, 8<<20))
	if err != nil {
		return nil, err
	}
	if answer.StatusCode/100 != 2 {
		return nil, fmt.Errorf("%s %s: %s: %s", method, address, answer.Status, strings.TrimSpace(string(data[:min(len(data), 300)])))
	}
	return data, nil
}
