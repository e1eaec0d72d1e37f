from onebyone.cost import parameters


def in_a_row(c_in, squeeze, expand):
    return (
        parameters(c_in, squeeze, 1)
        + parameters(squeeze, expand, 1)
        + parameters(expand, expand, 3)
    )


MISTAKES = {
    "fire_parameters": [
        in_a_row,
        lambda c_in, squeeze, expand: c_in * squeeze + 10 * squeeze * expand,  # no biases
        lambda c_in, squeeze, expand: (
            parameters(c_in, squeeze, 1) + parameters(squeeze, expand, 3)  # one of the two
        ),
        lambda c_in, squeeze, expand: 2 * 11_920,  # nearly twice
    ],
    "fires_that_fit_a_shortcut": [
        lambda fires: [n for n, (c_in, _, expand) in enumerate(fires, 2) if c_in == expand],
        lambda fires: [n for n, (c_in, _, expand) in enumerate(fires, 1) if c_in == 2 * expand],
        lambda fires: [n for n in range(3, len(fires) + 2) if fires[n - 2][0] == fires[n - 3][0]],
        lambda fires: [3, 5, 7, 9],
        lambda fires: len([c_in for c_in, _, expand in fires if c_in == 2 * expand]),
    ],
    "parameters_for_classes": [
        lambda classes: 1_248_424 * classes // 1000,
        lambda classes: 1_248_424 - 512 * (1000 - classes),  # as many biases as before
        lambda classes: 1_248_424 - 513_000,
        lambda classes: 513 * classes,
    ],
}
