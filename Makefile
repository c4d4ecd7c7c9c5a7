# What a user needs is `make serve` and `make test`; the rest is for maintainers.

PYTHON ?= python3
HOST = 127.0.0.1
PORT = 8000

export PIP_DISABLE_PIP_VERSION_CHECK = 1
export PYTHON_CHECK
bin = .venv/bin
install = $(bin)/python -m pip install --no-build-isolation
run = PYTHONPATH=tests $(bin)/python -m

.PHONY: serve test portability bench lock clean

serve: .venv/runtime
	$(bin)/jjjkg serve --host $(HOST) --port $(PORT)

test: .venv/test
	$(bin)/ruff check .
	$(bin)/ruff format --check .
	$(bin)/mypy
	$(bin)/pytest -n auto

# The release in every tool that its users have; the tools of .ci/run must be there.
portability: .venv/test .ci/node_modules
	rm -rf build/release build/portability
	$(bin)/jjjkg release build/release
	$(bin)/jjjkg release --check build/release
	$(run) portability.matrix \
		--release build/release --out build/portability --against docs

bench: .venv/bench
	$(run) benchmarks.questions
	$(run) benchmarks.closure
	$(run) benchmarks.servers
	$(run) benchmarks.bystander

lock:
	uv pip compile -q pyproject.toml --group build --group test $(lock) -o constraints-test.txt
	uv pip compile -q pyproject.toml --group build -c constraints-test.txt $(lock) -o constraints.txt
	uv pip compile -q pyproject.toml --group build --group test --group bench -c constraints-test.txt $(lock) -o constraints-bench.txt
lock = --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --upgrade

clean:
	rm -rf .venv .ci/node_modules build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis

# Each file stands for a step that is done: nothing is installed, or asked of the network, twice.

.venv/created:
	@command -v $(PYTHON) >/dev/null || { echo 'There is no "$(PYTHON)" here: install Python 3.11 or later, or name one: make PYTHON=python3.12' >&2; exit 1; }
	@$(PYTHON) -c "$$PYTHON_CHECK"
	$(PYTHON) -m venv --clear .venv
	@touch $@

.venv/runtime: constraints.txt pyproject.toml | .venv/created
	$(install) --require-hashes -r constraints.txt
	$(install) --no-deps -e .
	@touch $@

.venv/test: constraints-test.txt | .venv/runtime
	$(install) --require-hashes -r constraints-test.txt
	@touch $@

.ci/node_modules: .ci/package-lock.json
	cd .ci && npm ci --ignore-scripts
	@touch $@

.venv/bench: constraints-bench.txt | .venv/test
	$(install) --require-hashes -r constraints-bench.txt
	@touch $@

define PYTHON_CHECK
import sys
if sys.version_info < (3, 11):
    sys.exit("jjjkg needs Python 3.11 or later, and %s is %s. Name another one: make PYTHON=python3.12"
             % (sys.executable, sys.version.split()[0]))
try:
    import ensurepip, venv
except ImportError:
    sys.exit("%s lacks its venv module. Debian and Ubuntu: apt install python3-venv" % sys.executable)
endef
