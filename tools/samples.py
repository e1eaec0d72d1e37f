"""Compare with PyTorch on the samples by which it tests its own operators, and keep how many there were."""

from collections import Counter

from tests.onebyone.op_samples import (
    FORMS,
    NAMES,
    check_samples,
    errors,
    outside,
)

from onebyone.deterministic import deterministic

from .record import write


def main():
    """Compare every operator in both forms; the first difference raises."""
    results, left_out = {}, []
    for op in NAMES:
        for form in FORMS:
            compared, reasons = check_samples(op, form)
            results[f"{op} in {form}: samples with PyTorch's values"] = compared
            for reason, count in reasons.items():
                left_out.append(f"{op} in {form}: {count:,}, since {reason}")
        reasons = Counter(outside(call) for call in errors(op))
        results[f"{op}: calls that PyTorch and both forms refuse"] = reasons.pop(None)
        for call in errors(op):
            refused = outside(call) is None
            assert not refused or all(map(call.is_refused_by, FORMS)), call
        for reason, count in reasons.items():
            left_out.append(f"{op}, to refuse: {count}, since {reason}")
    results["Left out"] = left_out
    write("op_db", "make samples", results, ["numpy", "torch"])


if __name__ == "__main__":
    with deterministic():
        main()
