import pytest

from regcli.config.resolved import resolved_yaml
from regcli.errors import ConfigError

HEAD = "version: 1\ndataset: {kind: make_regression}\npenalty: {kind: lasso, stage: %s}\n"


@pytest.mark.parametrize(
    ("written", "name", "gamma"),
    [
        ("relaxed", "relaxed", (0.0, 0.25, 0.5, 0.75, 1.0)),
        ("{kind: relaxed, gamma: 0.5}", "relaxed", (0.5,)),
        ("adaptive", "adaptive", (1.0,)),
        ("{kind: adaptive, gamma: [1, 2], first: ols}", "adaptive", (1.0, 2.0)),
        ("{refit: none}", "refit none", (0.0,)),
        ("{refit: ridge}", "refit ridge", (0.5, 0.2, 0.1, 0.03, 0.01)),
        ("{kind: refit, refit: elasticnet, gamma: 0.1, l1_ratio: [0.2, 0.5]}", "refit elasticnet", (0.1,)),
    ],
)
def test_forms(load, tmp_path, written, name, gamma):
    config = load(HEAD % written)
    stage = config.penalty[0].stage
    assert (stage.name, stage.gamma) == (name, gamma)
    again = tmp_path / "again.yaml"
    again.write_text(resolved_yaml(config, tmp_path))
    assert load(again.read_text()).penalty == config.penalty


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("{gamma: 1}", "penalty.stage.kind: missing: relaxed, adaptive or refit"),
        ("{kind: refit}", "penalty.stage.refit: missing: none, ridge or elasticnet"),
        (
            "{kind: relaxed, gamma: [0, 2]}",
            "penalty.stage.gamma.1: must be from 0 (the refit alone) to 1 (the first fit alone), not 2",
        ),
        ("{kind: adaptive, gamma: 0}", "penalty.stage.gamma: must be above 0"),
        ("{refit: ridge, gamma: 1}", "penalty.stage.gamma: must be above 0 and below 1"),
        ("{refit: none, gamma: 0.5}", "penalty.stage.gamma: has no meaning for refit: none"),
        ("{kind: relaxed, refit: ridge}", "penalty.stage.refit: has no meaning for relaxed"),
        ("{kind: relaxed, first: ols}", "penalty.stage.first: has no meaning for relaxed"),
        ("{refit: ridge, l1_ratio: 0.5}", "penalty.stage.l1_ratio: belongs to refit: elasticnet"),
        ("relax", "'relax' is not known; allowed: relaxed, adaptive, refit (did you mean 'relaxed'?)"),
    ],
)
def test_what_has_no_meaning_is_said(load, written, said):
    with pytest.raises(ConfigError) as caught:
        load(HEAD % written)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("{kind: ridge, stage: relaxed}", "penalty.stage: belongs to lasso and elasticnet; ridge selects no columns"),
        ("{kind: none, stage: adaptive}", "penalty.stage: belongs to lasso and elasticnet; none selects no columns"),
        ("{kind: elasticnet, stage: adaptive}", "penalty.stage: adaptive belongs to lasso; an elasticnet may be relaxed"),
        ("{kind: elasticnet, stage: {refit: ridge}}", "penalty.stage: refit: ridge belongs to lasso"),
        ("{kind: elasticnet, l1_ratio: [0, 0.5], stage: relaxed}", "penalty.l1_ratio: must be above 0 beside stage"),
    ],
)
def test_a_second_stage_needs_a_first_that_selects(load, entry, said):
    with pytest.raises(ConfigError) as caught:
        load(HEAD.replace("{kind: lasso, stage: %s}", entry))
    assert said in str(caught.value)
