# make help lists what there is. Everything works from a fresh clone.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

TOOL := go tool -modfile=tools/go.mod
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
PACKAGES ?= ./...
FUZZTIME ?= 10s

# services turns on what tests need; as root on Debian it installs it, too.
services = env=$$(scripts/test-services.sh); eval "$$env"

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: ## Run the service with invented data, nothing needed but Go
	go run ./cmd/hearline demo

.PHONY: build
build: ## Build the static binary bin/hearline
	CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=$(VERSION)" -o bin/hearline ./cmd/hearline

.PHONY: test
test: ## Set up Postgres, Redis, Chromium and axe-core where missing, and run all tests with -race
	$(services); CGO_ENABLED=1 go test -race -timeout 20m $(PACKAGES)

.PHONY: check
check: ## Vet, staticcheck, formatting, and the plan of the house
	go vet ./...
	$(TOOL) staticcheck ./...
	@unformatted=$$($(TOOL) gofumpt -l $$(git ls-files -co --exclude-standard '*.go')); \
	if [ -n "$$unformatted" ]; then echo "make format would change:"; echo "$$unformatted"; exit 1; fi
	go test -count=1 ./internal/archtest

.PHONY: lint
lint: check ## The same as check

.PHONY: format
format: ## Format all Go files
	$(TOOL) gofumpt -w $$(git ls-files -co --exclude-standard '*.go')

.PHONY: prove
prove: ## Run the slow proofs too: kill -9, floods, lost Redis (many minutes)
	$(services); HEARLINE_PROVE=1 go test -count=1 -timeout 60m -run Prove -v $(PACKAGES)

.PHONY: fuzz
fuzz: ## Run every fuzz target for FUZZTIME (10s)
	scripts/fuzz.sh $(FUZZTIME)

.PHONY: bench
bench: build ## Measure the whole path of a message on both engines
	$(services); scripts/bench.sh

.PHONY: stop-services
stop-services: ## Stop the Postgres and Redis that make test has started
	scripts/test-services.sh stop

.PHONY: clean
clean: ## Remove what was built
	rm -rf bin
