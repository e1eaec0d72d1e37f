"""What all tests share."""

from hypothesis import HealthCheck, settings

# Drawn examples are the same in every run, so that a failure is one of the change and not of the day.
settings.register_profile(
    "book",
    derandomize=True,
    deadline=None,
    max_examples=100,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("book")
