# SPDX-License-Identifier: Apache-2.0
# Short names for what the CMake presets, tests/run_stages and tools/ do.

.PHONY: help run package test check drill rules-newer dashboards conformance bench bench-fleet bench-keys \
	bench-dashboards soak fuzz lint tidy format clean
.DEFAULT_GOAL := help

ARGS ?=
MINUTES ?= 10
SOURCES = git ls-files -z --cached --others --exclude-standard -- '*.cpp' '*.h'

help:
	@echo 'make run [ARGS="--flag ..."]  build, start a Redis if none is on 6379, serve :9121/metrics'
	@echo 'make package                  a Debian package in build/release, see deploy/systemd'
	@echo 'make check                    lint, unit, golden, loop, fast integration and rule tests'
	@echo 'make test                     everything that continuous integration runs'
	@echo 'make conformance              every series compared with redis_exporter'
	@echo 'make drill [ARGS="DRILL..."]  breaks a real fleet, and sees that the right people are told'
	@echo 'make rules-newer              rules in a newer Prometheus, and in VictoriaMetrics'
	@echo 'make dashboards [ARGS="..."]  generates, checks and draws the dashboards'
	@echo 'make bench [ARGS="..."]       cost of a scrape beside redis_exporter'
	@echo 'make bench-fleet [ARGS="..."] cost of 1,000 simulated nodes beside redis_exporter'
	@echo 'make bench-keys [ARGS="..."]  walks through many keys beside redis_exporter'
	@echo 'make bench-dashboards         queries of the dashboards on 200 nodes with 6 hours of data'
	@echo 'make soak [MINUTES=n]         memory while up to 10,000 simulated nodes are scraped'
	@echo 'make fuzz MINUTES=n           each fuzz target for n minutes (10 before a release)'
	@echo 'make lint, make tidy          the lints of tests/lint; clang-tidy'
	@echo 'make format                   clang-format on all sources'
	@echo 'make clean                    remove build/'

run:
	@tools/install-packages build
	cmake --preset release
	cmake --build --preset release -j $$(nproc)
	@tools/run-with-redis build/release/redis_fleet_exporter $(ARGS)

package:
	@tools/install-packages build
	cmake --preset release
	cmake --build --preset release -j $$(nproc)
	cpack --config build/release/CPackConfig.cmake

check:
	@tools/install-packages test
	@tests/run_stages check

test:
	@tools/install-packages image
	@tests/run_stages test

drill:
	@tools/install-packages test
	@tests/run_stages release-build
	EXPORTER=build/release/redis_fleet_exporter tests/drill/run $(ARGS)

rules-newer:
	@tools/install-packages test
	@tests/run_stages rules-newer

dashboards:
	@tools/install-packages dashboards
	cd dashboards && npm ci --ignore-scripts --no-audit --no-fund && npm run --silent generate
	cd dashboards/draw && ./with-node npm ci --ignore-scripts --legacy-peer-deps --no-audit --no-fund
	cd dashboards/draw && ./with-node npm run --silent schemas && ./with-node npm run --silent typecheck
	@tests/run_stages dev-build dashboards release-build
	EXPORTER=build/release/redis_fleet_exporter tests/dashboards/pictures.py $(ARGS)

conformance:
	@tools/install-packages test
	@tests/run_stages release-build conformance

bench:
	@tools/install-packages test
	@tests/run_stages release-build
	tests/bench/scrape_bench.py $(ARGS)

bench-fleet:
	@tools/install-packages test
	@tests/run_stages release-build simulator-build
	tests/bench/fleet_bench.py $(ARGS)

bench-keys:
	@tools/install-packages test
	@tests/run_stages release-build
	tests/bench/keys_bench.py $(ARGS)

bench-dashboards:
	@tools/install-packages test
	@tests/run_stages release-build
	tests/bench/dashboards_bench.py $(ARGS)

soak:
	@tools/install-packages test
	@tests/run_stages release-build simulator-build
	tests/bench/soak.py --minutes $(MINUTES) $(ARGS)

fuzz:
	@tools/install-packages test
	@tests/run_stages fuzz-build
	tests/fuzz/run $$(($(MINUTES) * 60))

lint:
	@tools/install-packages test
	@tests/run_stages lint

tidy:
	@tools/install-packages test
	@tests/run_stages dev-build
	$(SOURCES) | grep -z 'cpp$$' | xargs -0 -n 1 -P $$(nproc) clang-tidy-14 --quiet -p build/dev

format:
	@tools/install-packages test
	$(SOURCES) | xargs -0 clang-format-14 -i

clean:
	rm -rf build
