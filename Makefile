# Everything there is to do here. Each target first installs what it lacks.

.DEFAULT_GOAL := help
SHELL := bash

# Where toolchains usually are, when PATH does not say.
export PATH := $(PATH):/opt/swift/usr/bin:$(HOME)/.local/share/swiftly/bin

POSTGRES ?= 15
TESTBED := .build/debug/testbed
SWIFT_SOURCES := $(wildcard Package.swift Plugins Sources Tests)

.PHONY: help
help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: ## Build everything, for development
	@scripts/bootstrap demo
	swift build --build-tests

.PHONY: release
release: ## Build everything, optimized
	@scripts/bootstrap demo
	swift build --configuration release

.PHONY: demo
demo: ## See a migration run, in a server of its own that is removed afterwards
	@scripts/bootstrap demo
	swift build --configuration release --product sluice
	.build/release/sluice demo

.PHONY: test
test: build ## Run all tests on PostgreSQL 15, each once more on 16, 17 or 18, and the demo; or all on POSTGRES=16 alone
	@scripts/bootstrap $(if $(filter file,$(origin POSTGRES)),all,$(if $(filter 15,$(POSTGRES)),test,all))
	@scripts/test $(if $(filter file,$(origin POSTGRES)),spread,all $(POSTGRES))

.PHONY: test-all
test-all: build ## Run all tests on each of PostgreSQL 15, 16, 17 and 18, and the demo: before a release
	@scripts/bootstrap all
	@scripts/test 'all demo' 15 16 17 18

.PHONY: test-sql
test-sql: build ## Run the SQL tests alone
	@scripts/bootstrap $(if $(filter 15,$(POSTGRES)),test,all)
	@scripts/test 'sql cases' $(POSTGRES)

.PHONY: test-swift
test-swift: build ## Run the Swift tests alone
	@scripts/bootstrap $(if $(filter 15,$(POSTGRES)),test,all)
	@scripts/test swift $(POSTGRES)

.PHONY: test-hostile
test-hostile: build ## Run the SQL tests in a hostile database, on PostgreSQL 15 and 18
	@scripts/bootstrap all
	@scripts/test hostile 15 18

.PHONY: test-random
test-random: build ## Run the random tester, with SEEDS=FROM-TO
	@scripts/bootstrap test
	@SLUICE_SEEDS='$(SEEDS)' scripts/test random $(POSTGRES)

.PHONY: faults
faults: build ## Kill, cut, freeze, crash and draw at random, SLUICE_FAULT_ROUNDS (10) times as often as the tests do
	@scripts/bootstrap test
	SLUICE_FAULT_ROUNDS=$${SLUICE_FAULT_ROUNDS:-10} scripts/test 'faults random' 15

.PHONY: mutations
mutations: build ## Plant defects, one at a time, and expect a test to fail for each; ONLY='WORD...' for some of them
	@scripts/bootstrap test
	scripts/mutations $(ONLY)

.PHONY: lint
lint: ## Check the form of the Swift sources, that they compile without warnings, and that the list of mutations fits them
	@scripts/bootstrap test
	@scripts/check-imports
	scripts/check-layers
	scripts/mutations --check
	swift format lint --strict --parallel --recursive $(SWIFT_SOURCES)
	CI=1 swift build --build-tests

.PHONY: check-sql
check-sql: build ## Check the SQL with plpgsql_check and pgspot
	@scripts/bootstrap check
	$(TESTBED) --postgres 15 -- scripts/check-sql

.PHONY: bench
bench: release ## Measure, on PostgreSQL 15 or on POSTGRES=16; BENCH=--quick to try
	@scripts/bootstrap $(if $(filter 15,$(POSTGRES)),demo,all)
	@scripts/bootstrap bench
	.build/release/testbed --postgres $(POSTGRES) --durable \
	  --setting shared_buffers=2GB --setting max_wal_size=16GB --setting checkpoint_timeout=1h \
	  -- bench/run $(BENCH)

.PHONY: figures
figures: ## Put what was measured last into docs/performance.md and docs/plots
	mkdir -p docs/plots
	cp bench/results.json docs/plots/results.json
	bench/plot
	bench/run --report --results docs/plots/results.json --into docs/performance.md

.PHONY: install-extension
install-extension: ## Install the extension for the server that pg_config in PATH belongs to
	@scripts/bootstrap demo
	$(MAKE) --directory extension install

.PHONY: clean
clean: ## Remove what was built here
	rm -rf .build extension/sluice.control extension/sluice--*.sql
