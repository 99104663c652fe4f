"""The entry of networks: levers, axes, widths of layers, images."""

import pytest

HEAD = "version: 1\ndataset: {kind: make_classification}\n"


def entry(load, written):
    return load(HEAD + f"estimators: [{written}]\n").estimators[0]


def test_a_network_decays_unless_another_axis_is_named(load):
    network = entry(load, "network")
    assert (network.axis, network.count, network.hidden, network.max_epochs) == ("weight_decay", 10, ((64, 32),), (100,))
    assert "weight_decay" not in network.combinations()[0]


@pytest.mark.parametrize(
    ("written", "hidden"),
    [("[8, 4]", ((8, 4),)), ("16", ((16,),)), ("[[8, 4], [16]]", ((8, 4), (16,))), ("[]", ((),))],
)
def test_layers_are_a_list_or_lists_of_widths(load, written, hidden):
    assert entry(load, f"{{kind: network, hidden: {written}}}").hidden == hidden


def test_grids_of_epochs_begin_with_few(load):
    assert entry(load, "{kind: network, axis: epochs, values: [50, 5]}").values == (5.0, 50.0)


@pytest.mark.parametrize(
    ("written", "key", "words"),
    [
        ("{kind: network, axis: dropout, values: [1.0]}", "estimators.0.values.0", "from 0 to 0.95"),
        ("{kind: network, dropout: 1}", "estimators.0.dropout", "from 0 to 0.95"),
        ("{kind: network, axis: epochs, patience: 3}", "estimators.0.patience", "no meaning where epochs is the axis"),
        ("{kind: network, augment: {shift: 1}}", "estimators.0.augment.shape", "missing"),
        ("{kind: network, hidden: [0]}", "estimators.0.hidden.0", "from 1 to 4096"),
        ("{kind: network, axis: depth}", "estimators.0.axis", "weight_decay"),
    ],
)
def test_mistakes_are_told_where_they_stand(problems, written, key, words):
    (found,) = problems(HEAD + f"estimators: [{written}]\n")
    assert found.key == key
    assert words in found.text
