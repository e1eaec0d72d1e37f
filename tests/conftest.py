"""What all tests share."""

from hypothesis import HealthCheck, Phase, settings

# Drawn examples are the same in every run, so that a failure is one of the change and not of the day.
settings.register_profile(
    "book",
    derandomize=True,
    deadline=None,
    max_examples=100,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("book")
# Where it is enough that a test fails, the smallest example on which it fails is not looked for.
settings.register_profile(
    "mutation", settings.get_profile("book"), phases=[Phase.explicit, Phase.generate]
)
