"""Whatever a function is given, it returns what is right or says which argument is wrong, and why."""

import importlib
import inspect
import pkgutil
from collections import Counter

import pytest
from hypothesis import given, settings

import onebyone
from onebyone.deterministic import deterministic

from .fuzz.run import attempts, outcome
from .fuzz.table import FUZZED, NOT_FUZZED

IN_ALL = 5_000  # make fuzz draws more than ten times as many
OF_EACH = -(-IN_ALL // len(FUZZED))


def public():
    """Yield the name of every public function of the package that takes an argument, and of every layer."""
    for module in pkgutil.walk_packages(onebyone.__path__, "onebyone."):
        for name, value in vars(importlib.import_module(module.name)).items():
            # torch.compile leaves functions of its own in a module, which may have no signature.
            of_it = getattr(value, "__module__", None) == module.name
            if name.startswith("_") or not of_it:
                continue
            takes = inspect.isfunction(value) and inspect.signature(value).parameters
            if takes or f"{module.name}.{name}" in FUZZED:
                yield f"{module.name}.{name}"


@pytest.mark.parametrize("name", FUZZED)
def test_a_call_gives_what_is_right_or_names_the_argument_that_is_wrong(name):
    row, found = FUZZED[name], Counter()

    @settings(max_examples=OF_EACH)
    @given(attempts(row))
    def every(attempt):
        arguments, fits = attempt
        found[outcome(row, arguments, fits=fits)] += 1

    with deterministic():
        every()
    # Of two names of records, say, there are few calls that fit; each Python draws others.
    assert min(found["right"], found["refused"]) >= OF_EACH / 30


def test_every_public_function_is_fuzzed_or_says_why_not():
    def parents(name):
        parts = name.split(".")
        return {".".join(parts[:end]) for end in range(1, len(parts) + 1)}

    known = {*FUZZED, *NOT_FUZZED}
    assert [name for name in public() if not parents(name) & known] == []
    everything = set().union(*map(parents, public()))
    assert known <= everything


@pytest.mark.parametrize("name", FUZZED)
def test_pythons_own_errors_name_the_function_that_was_called(name):
    function = FUZZED[name].function
    own = rf"^(\w+\.)?{function.__name__}\(\) got an unexpected keyword argument 'wieght'"
    with pytest.raises(TypeError, match=own):
        function(wieght=1)
    # What reads arguments without following a wrapper finds them too.
    found = inspect.getfullargspec(function)
    assert [*found.args, *found.kwonlyargs] == [*inspect.signature(function).parameters]


@pytest.mark.parametrize("name", [n for n in FUZZED if hasattr(FUZZED[n].function, "__wrapped__")])
def test_a_check_takes_the_arguments_of_its_function_with_the_same_defaults(name):
    function = FUZZED[name].function
    check = inspect.getclosurevars(function).nonlocals["check"]

    def taken(one):
        parameters = inspect.signature(one).parameters.values()
        return [(each.name, each.kind, each.default) for each in parameters]

    assert taken(check) == taken(function)
