"""One training set by itself, in few words: what a path predicts for its rows, and its certificates."""

from regcli.linear import TrainingSets


def predictors(problem, fit):
    """Linear predictors of a path on its own training rows, (L, n, K)."""
    return TrainingSets.of_one(problem).predictors(0, fit)


def certificates(problem, penalty, fit):
    """The certificate of every point of a path, from the rows; (L,)."""
    return TrainingSets.of_one(problem).certify(0, penalty, fit)


def settled(problem, penalty, fit):
    """A path with one choice taken among equal solutions, and the certificates of its points."""
    return TrainingSets.of_one(problem).settled(0, penalty, fit)
