# What can be done here: make help
SHELL := /bin/bash
GO ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X main.version=$(VERSION)
GOLANGCI := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
export CGO_ENABLED ?= 0
# The HEIC decoder is WebAssembly; without the tag it would look for a system library.
export GOFLAGS := -tags=nodynamic

.DEFAULT_GOAL := help
.PHONY: help run build ui test test-go test-ui test-browser screenshots lighthouse bench torture torture-ci lint generate verify ci clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

run: build ## build, then start everything embedded in ./data
	./bin/crieur serve

build: ui bin/crieur ## bin/crieur, with the web application inside

bin/crieur: FORCE
	$(GO) build -ldflags '$(LDFLAGS)' -o bin/crieur .

FORCE:

ui: ui/dist/index.html

# The web application is built again when one of its sources is newer.
ui/dist/index.html: ui/node_modules/.package-lock.json $(shell find ui/src ui/public ui/index.html ui/vite.config.ts api/openapi.yaml -type f 2>/dev/null)
	cd ui && npm run build
	@touch ui/dist/.keep

ui/node_modules/.package-lock.json: ui/package.json ui/package-lock.json
	cd ui && npm ci --no-audit --no-fund

test: test-ui test-go test-browser ## every test; says loudly what it skipped

test-go: ui/dist/index.html ## the Go tests: units, conformance, API, end to end
	./scripts/test-go.sh

test-ui: ui/node_modules/.package-lock.json ## the web application's own tests
	cd ui && npm run typecheck && npm run lint && npm run test

test-browser: build ## a real browser against the real binary
	./scripts/test-browser.sh

screenshots: build ## pictures of every page, into docs/screenshots
	./scripts/with-server.sh node e2e/screenshots.mjs $(ONLY)

lighthouse: build ui/lighthouse/node_modules/.package-lock.json ## Lighthouse over every page (accessibility 100, performance 90)
	./scripts/with-server.sh node lighthouse/run.mjs $(ONLY)

ui/lighthouse/node_modules/.package-lock.json: ui/lighthouse/package-lock.json
	cd ui/lighthouse && npm ci --no-audit --no-fund

bench: ## the benchmarks, as a table with ratios (QUICK=1: fewer rounds)
	$(GO) run ./internal/benchmark $(if $(QUICK),-quick)

torture: ## the reliability tests, as a table (SIZE=0.1: a part, ONLY=T01,T13, SETUPS=sqlite, REPORT=file)
	$(GO) run ./internal/torture -size $(or $(SIZE),1) $(if $(ONLY),-only '$(ONLY)') $(if $(SETUPS),-setups '$(SETUPS)') $(if $(PARALLEL),-parallel $(PARALLEL)) $(if $(REPORT),-report '$(REPORT)')

torture-ci: ## a part of them that is short enough for every change
	$(GO) build -tags nodynamic,failpoints -o bin/crieur-torture .
	$(GO) run ./internal/torture -binary bin/crieur-torture -size 0.05 -parallel 5 -only T06,T15,T18,T25,T30,T42
	$(GO) run ./internal/torture -binary bin/crieur-torture -size 0.1 -only T13 -setups sqlite

lint: ## golangci-lint, import directions included
	$(GO) run $(GOLANGCI) run ./...

generate: ## everything that is made from something else
	$(GO) generate ./...
	cd ui && npm run generate

verify: generate ## generated files are current
	git diff --exit-code

ci: verify lint test ## what CI runs

clean: ## what was built
	rm -rf bin ui/dist/assets ui/dist/index.html
