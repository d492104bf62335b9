# Merlon's two commands: `make run` (this host against the law) and `make test`. Meson does the work.
#
#   make          builds build/merlon            make bench    measures (docs/BENCHMARKS.md)
#   make deps     installs Debian packages       make fuzz     fuzzes every reader for a minute each
#   make coverage makes docs/COVERAGE.md anew
#   make run      deps + build + the main job    make metrics  prints the size budget
#   make test     deps + build + all tests       make install  installs (DESTDIR, PREFIX)

BUILD   ?= build
PREFIX  ?= /usr/local
SECONDS_EACH ?= 60

# What a build needs; what the tests need besides.
DEPS_BUILD = gcc libc6-dev make meson ninja-build pkg-config libsqlite3-dev libssl-dev libyaml-dev \
             libjansson-dev libarchive-dev libxml2-dev libxlsxwriter-dev libaudit-dev \
             libpq-dev ca-certificates
DEPS_TEST  = clang clang-format libclang-rt-14-dev libcmocka-dev universal-ctags openssh-server \
             openssh-client openssl jq mandoc util-linux sqlite3 zstd sudo busybox libxml2-utils libarchive-tools \
             postgresql mariadb-server nginx-light curl chromium nodejs npm openscap-scanner ssg-debian \
             iproute2 nftables iptables auditd rpm gpg db5.3-util
# What `make bench` compares with.
DEPS_BENCH = lynis

.PHONY: all deps deps-test deps-bench run test bench fuzz metrics format coverage install clean

all: $(BUILD)/build.ninja
	@ninja -C $(BUILD) merlon

$(BUILD)/build.ninja:
	@meson setup $(BUILD) --prefix=$(PREFIX) >$(BUILD).log 2>&1 || { cat $(BUILD).log; rm -rf $(BUILD); exit 1; }
	@rm -f $(BUILD).log

deps:
	@sh tools/deps.sh $(DEPS_BUILD)

deps-test:
	@sh tools/deps.sh $(DEPS_BUILD) $(DEPS_TEST)

deps-bench:
	@sh tools/deps.sh $(DEPS_BUILD) $(DEPS_TEST) $(DEPS_BENCH)

run: deps
	@$(MAKE) --no-print-directory all
	@sh tools/run.sh $(BUILD)/merlon

test: deps-test
	@sh tests/run.sh

bench: deps-bench
	@sh tests/bench/run.sh

fuzz: deps-test
	@sh tests/fuzz/run.sh $(SECONDS_EACH)

metrics:
	@sh tests/metrics/metrics.sh

format:
	clang-format -i $$(find src tools tests -name '*.[ch]')

# A test holds it against the checks there are.
coverage: all
	@$(BUILD)/merlon law coverage --lang en --format markdown -o docs/COVERAGE.md

install: all
	@meson install -C $(BUILD) --no-rebuild $(if $(DESTDIR),--destdir $(DESTDIR))

clean:
	rm -rf build build-*
