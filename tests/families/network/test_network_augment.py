import numpy as np

from regcli.families.network.augment import Augment

IMAGE = np.arange(12, dtype=np.float32).reshape(3, 4)
MANY = np.repeat(IMAGE.reshape(1, -1), 200, axis=0)


def made(x=MANY, *, shift=0, flip=None, rotate=0.0, seed=0):
    nothing, one = np.zeros(12, dtype=np.float32), np.ones(12, dtype=np.float32)
    augment = Augment((3, 4), shift, flip, rotate, nothing, one)
    return augment.apply(x, np.random.default_rng(seed)).reshape(-1, 3, 4)


def test_a_mirrored_image_is_the_image_or_its_mirror_image():
    found = made(flip="horizontal")
    mirrored = (found == IMAGE[:, ::-1]).all(axis=(1, 2))
    assert ((found == IMAGE).all(axis=(1, 2)) | mirrored).all()
    assert 50 < mirrored.sum() < 150
    assert (made(flip="vertical") == IMAGE[::-1]).all(axis=(1, 2)).any()


def test_a_shifted_image_keeps_its_middle_and_repeats_its_edge():
    found = made(shift=1)
    places = {(dr, dc): np.pad(IMAGE, 1, mode="edge")[1 + dr : 4 + dr, 1 + dc : 5 + dc] for dr in (-1, 0, 1) for dc in (-1, 0, 1)}
    which = np.array([[(image == moved).all() for moved in places.values()] for image in found])
    assert (which.sum(axis=1) == 1).all()
    assert which.any(axis=0).all()


def test_a_turned_image_keeps_what_is_the_same_all_around():
    round_one = np.full((5, 12), 3.0, dtype=np.float32)
    np.testing.assert_allclose(made(round_one, rotate=45.0), 3.0)
    assert np.abs(made(rotate=30.0) - IMAGE).max() > 0.1


def test_what_comes_out_is_scaled():
    augment = Augment((3, 4), 0, None, 0.0, np.full(12, 2.0, dtype=np.float32), np.full(12, 4.0, dtype=np.float32))
    np.testing.assert_allclose(augment.apply(MANY, np.random.default_rng(0)), (MANY - 2) / 4)
