# Every recipe is a line; the logic is in Go (cmd/gatehouse) and in .ci/run.
SHELL := /bin/bash
GO_BUILD := { command -v go >/dev/null || { echo "make: Go is not installed, or not on the PATH: install Go 1.26 or newer" >&2; exit 1; }; } && go build -o bin/gatehouse ./cmd/gatehouse
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

.PHONY: help up gatehouse build check test test-fast lint bench deploy diff clean

help: ## Show what there is
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 12

# set -m gives the program a process group of its own, so that Ctrl-C reaches it
# alone and make ends with its exit status.
up: ## Install, build, start the local cloud and deploy to it (ARGS="--watch")
	@echo "  … Building gatehouse (the first time, Go fetches what it needs)" && $(GO_BUILD) && set -m && bin/gatehouse up $(ARGS)

gatehouse: ## Build the gatehouse command alone; it builds what else it needs
	@$(GO_BUILD)

build: ## Install and build what a deployment needs
	@$(GO_BUILD) && bin/gatehouse build $(ARGS)

check: ## Check the configuration of every environment
	@$(GO_BUILD) && bin/gatehouse check $(ENV)

test: ## Prove everything: unit tests with the race detector, the real CLI, a real browser
	@go run ./internal/gate

test-fast: ## The tests that need neither network nor browser
	@go test ./...

lint: ## go vet, golangci-lint, actionlint
	@go run ./internal/gate -only lint

bench: ## Measure; docs/performance.md explains the figures
	@go test -run '^$$' -bench . -benchtime 2s -cpu 1 ./config ./local/... && go test -tags e2e -run '^$$' -bench 'Synth|Up' -benchtime 5x ./e2e

deploy: ## Validate and deploy to AWS: make deploy ENV=prod
	@test -n "$(ENV)" || { echo "make deploy: name the environment: make deploy ENV=prod" >&2; exit 2; }
	@CDK_VALIDATION=true cdk synth --quiet -c env=$(ENV) && cdk deploy --all --app cdk.out

diff: ## Say what deploying would do to people: make diff ENV=prod
	@$(GO_BUILD) && bin/gatehouse review --env "$(ENV)" $(ARGS)

clean: ## Delete what was built and installed, not the local cloud's users
	@rm -rf bin cdk.out site/dist node_modules .gatehouse/{cdk,cdk.out,log,*.stamp}
