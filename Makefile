# Every target has one comment line "## name: what it does", which make help prints.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo test build bench conformance corpora fuzz lint

FUZZTIME ?= 30s
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)

## help: this list
help:
	@sed -n 's/^## \([a-z]*\): \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | while IFS=$$'\t' read -r t w; do printf '%-18s %s\n' "$$t" "$$w"; done

## demo: the favourite-colours app with its doors guarded (ONCE=1: end by itself; DATABASE=postgres; DEMO_DSN: use that database)
demo:
	@$(MAKE) --no-print-directory -C examples/colours demo

## test: install what the tests need, then vet and test everything against real databases
test:
	@scripts/install-test-deps.sh
	@scripts/test.sh

## build: the program, as bin/sallyport
build:
	@echo "== building bin/sallyport $(VERSION) (the first time, about a minute)"
	@CGO_ENABLED=0 go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o bin/sallyport ./cmd/sallyport

## bench: through the doors against direct, in time and memory (ROUNDS=7)
bench: build
	@scripts/install-test-deps.sh bench
	@go run ./bench -sallyport bin/sallyport $(if $(ROUNDS),-rounds $(ROUNDS))

## conformance: the own test suites of drivers, and sqlmap, direct and through the door
conformance: build
	@scripts/install-test-deps.sh sqlmap
	@go run ./conformance -sallyport bin/sallyport
	@go run ./conformance/sqlmap -sallyport bin/sallyport

## corpora: how the detectors fare on texts that others labelled (SALLYPORT_CORPORA: where they are)
corpora:
	@go test -count=1 -v -run '^TestCorpora$$' ./inspect/classes

## fuzz: every fuzz target, FUZZTIME=30s each
fuzz:
	@FUZZTIME=$(FUZZTIME) scripts/fuzz.sh

## lint: gofmt, go vet, staticcheck, and govulncheck where its database can be had
lint:
	@scripts/lint.sh
