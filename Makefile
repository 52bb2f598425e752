# Two commands matter: `make demo` and `make test`. Nothing but Python 3.11 or 3.12 and make is needed.

PYTHON ?= python3
# Of the tests, for two cores: there is work for both while one of three waits for a browser or a child.
WORKERS ?= 3
VENV := .venv
BIN := $(VENV)/bin
MANAGE := "$(BIN)/python" manage.py
export PYTHONDONTWRITEBYTECODE :=  # many processes start: with no bytecode kept, each compiles its libraries again

.PHONY: demo up test format lock install install-test gone clean

demo: install  ## the main job, end to end; ONCE=1, IMAGES=DIR, SCORES=file.csv, PORT=8000
	exec $(MANAGE) demo $(if $(ONCE),--once) $(if $(IMAGES),--images "$(IMAGES)") $(if $(SCORES),--scores "$(SCORES)") $(if $(PORT),--port $(PORT))

up: install  ## the platform without the demonstration
	exec $(MANAGE) up $(if $(PORT),--port $(PORT))

test: install-test  ## everything: style, layers, then types, unit, database, race, API and browser tests
	"$(BIN)/ruff" check .
	"$(BIN)/ruff" format --check .
	"$(BIN)/lint-imports"
	OMP_NUM_THREADS=1 OMP_WAIT_POLICY=PASSIVE "$(BIN)/python" -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

format:
	"$(BIN)/ruff" check --fix .
	"$(BIN)/ruff" format .

lock:  ## the pinned sets from requirements/*.in
	uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate requirements/runtime.in -o requirements/runtime.txt
	uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate requirements/test.in -c requirements/runtime.txt -o requirements/test.txt

install: $(VENV)/installed

install-test: $(VENV)/installed-test

# Once its Python has gone with an update of the system, nothing is installed any more.
gone := $(if $(shell test -x $(VENV)/bin/python && echo there),,gone)

$(VENV)/installed: requirements/runtime.txt tools/install.sh $(gone)
	sh tools/install.sh "$(PYTHON)" requirements/runtime.txt
	@touch $@

$(VENV)/installed-test: requirements/test.txt tools/install.sh tools/system_packages.sh $(gone)
	sh tools/install.sh "$(PYTHON)" requirements/test.txt
	sh tools/system_packages.sh
	@touch $@ $(VENV)/installed

clean:  ## what was installed; votes and photographs, in var, stay
	rm -rf $(VENV)
