# Recipes use the environment's own programs: nothing has to be activated.
BIN := .venv/bin
OLDEST := .venv-oldest/bin
INSTALL := install -qq --disable-pip-version-check
PIP := -m pip $(INSTALL)
# The first Python that is new enough; an empty answer is explained by the recipe of .venv.
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c "$(NEW_ENOUGH)" 2>/dev/null && echo $$p && break; done)

.DEFAULT_GOAL := help
.PHONY: demo test lab bench soak mutants build lint docs test-oldest lock clean help

demo: .venv/.installed  ## grade a sample class and show the results
	@$(BIN)/scratchgrad demo

test: .venv/.installed  ## run every test
	@$(BIN)/python -m pytest --quiet --numprocesses auto --dist loadfile --no-loadscope-reorder

lab: .venv/.installed  ## open the notebooks as a learner gets them
	@$(BIN)/jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root) release

bench: .venv/.installed  ## time grading and feedback beside stock nbgrader, and as classes grow
	@$(BIN)/python benchmarks/grading.py
	@$(BIN)/python benchmarks/feedback.py
	@$(BIN)/python benchmarks/watching.py
	@$(BIN)/python benchmarks/scale.py

soak: .venv/.installed  ## grade for MINUTES=10 while graders are killed; SEED=0 for other moments
	@$(BIN)/python tests/soak.py --minutes $(or $(MINUTES),10) --seed $(or $(SEED),0)

mutants: .venv/.installed  ## test the tests: change each reference in every small way
	@$(BIN)/scratchgrad mutants

build: .venv/.installed  ## make release/ and solutions/ from source/
	@$(BIN)/scratchgrad build

lint: .venv/.installed  ## check notebooks and code against the rules
	@$(BIN)/scratchgrad lint
	@$(BIN)/ruff check

docs: .venv/.installed  ## make the pages of docs/ in docs/_build/html
	@$(BIN)/python -m sphinx -W --keep-going -j auto -q docs docs/_build/html

test-oldest: .venv-oldest/.installed  ## run what depends on NumPy with the oldest one admitted
	@$(OLDEST)/python -m pytest --quiet tests/checks tests/assignments tests/test_answers.py

lock:  ## bring the tested versions up to date (needs uv)
	@sed -n '/^#/p' constraints.txt > .lock
	@uv pip compile pyproject.toml --quiet --upgrade --universal --fork-strategy fewest \
		--generate-hashes --no-strip-extras --no-header --no-annotate --no-emit-index-url \
		--extra lab --extra grade --extra cluster --extra postgres \
		--extra docs --extra dev --python-version 3.11 >> .lock
	@mv .lock constraints.txt

clean:  ## remove what the other commands made
	@rm -rf .venv .venv-oldest demo dist screenshots docs/_build docs/notebooks/*.ipynb \
		.pytest_cache .ruff_cache .hypothesis

help:  ## list the commands
	@sed -n 's/^\([a-z-]*\):.*  ## /  make \1	/p' Makefile | expand -t 20

.venv/.installed: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed, and none was found."; exit 1; }
	@echo "installing into .venv (once; takes a few minutes)"
	@$(PYTHON) -m venv --clear .venv || { rm -rf .venv; \
		echo "$(PYTHON) cannot make environments: install its venv module (Debian: python3-venv)."; \
		exit 1; }
	@# All versions are known: `check` is faster than resolving. All cores compile, not one; some
	@# packages have files that cannot be compiled, and pip says nothing of them either.
	@$(BIN)/python $(PIP) --no-deps --no-compile --require-hashes -r constraints.txt
	@$(BIN)/python $(PIP) --no-deps --no-build-isolation -e .
	@said=$$($(BIN)/python -m pip check) || { echo "$$said"; exit 1; }
	@$(BIN)/python -m compileall -qq -j 0 .venv/lib || true
	@touch $@

# Only what is older is installed; the rest is that of .venv.
.venv-oldest/.installed: .venv/.installed constraints-oldest.txt
	@$(BIN)/python -m venv --clear --without-pip .venv-oldest
	@cd .venv-oldest/lib/*/ && printf '%s\n' "../../../../.venv/lib/$${PWD##*/}/site-packages" \
		../../../../src > site-packages/rest.pth
	@$(BIN)/python -m pip --python .venv-oldest/bin/python $(INSTALL) --ignore-installed \
		--no-deps --require-hashes -r constraints-oldest.txt
	@touch $@

