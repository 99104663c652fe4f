"""Write the data sets of this folder: ``python data/make.py [FOLDER]``. The same bytes every time.

Three come from scikit-learn, which bundles them; four are generated here, from fixed seeds, and rounded so that the last bits of
a machine's floating point do not show.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from sklearn import datasets

HERE = Path(__file__).parent


def write(path: Path, header: list[str], rows: list[list[Any]]) -> None:
    """Write a CSV file; whole numbers without a point, missing cells empty."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([[_cell(value) for value in row] for row in rows])


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value)


def bundled(folder: Path) -> None:
    """Diabetes in its raw units, breast cancer and wine, as scikit-learn holds them."""
    diabetes = datasets.load_diabetes(scaled=False)
    rows = [[*x, y] for x, y in zip(diabetes.data.tolist(), diabetes.target.tolist(), strict=True)]
    write(folder / "diabetes.csv", [*diabetes.feature_names, "progression"], rows)
    for name, target in (("breast_cancer", "diagnosis"), ("wine", "cultivar")):
        bunch = getattr(datasets, f"load_{name}")()
        labels = [str(bunch.target_names[code]) for code in bunch.target]
        header = [str(column).replace(" ", "_").replace("/", "_per_") for column in bunch.feature_names]
        write(folder / f"{name}.csv", [*header, target], [[*x, y] for x, y in zip(bunch.data.tolist(), labels, strict=True)])


def energy(folder: Path) -> None:
    """Three years of a town's daily load: trend, year, week, holidays, heating and cooling, and noise with a memory."""
    rng = np.random.default_rng(20210101)
    first, n = dt.date(2021, 1, 1), 3 * 365
    fixed = {(1, 1), (5, 1), (10, 3), (12, 24), (12, 25), (12, 26), (12, 31)}
    rows: list[list[Any]] = []
    weather = noise = 0.0
    for day in range(n):
        date = first + dt.timedelta(days=day)
        weather = 0.8 * weather + rng.normal(0, 2)
        noise = 0.6 * noise + rng.normal(0, 8)
        temperature = round(10 - 9 * np.cos(2 * np.pi * (day - 15) / 365.25) + weather, 1)
        holiday = (date.month, date.day) in fixed
        load = 420 + 0.03 * day + 5.5 * max(16 - temperature, 0) + 4 * max(temperature - 21, 0) + noise
        load -= 55 if holiday else (0, 0, 0, 0, 4, 38, 50)[date.weekday()]
        rows.append([date.isoformat(), float(temperature), "yes" if holiday else "no", round(float(load), 1)])
    write(folder / "energy.csv", ["date", "temperature", "holiday", "load"], rows)


def shops(folder: Path) -> None:
    """Visits to the shops of a chain: mixed types, rare levels, missing cells, customers seen more than once, survey weights."""
    rng = np.random.default_rng(4711)
    cities = ["Aachen", "Bremen", "Chemnitz", "Dresden", "Erfurt", "Fulda", "Gera", "Halle", "Jena", "Kiel", "Lahr", "Moers"]
    share = np.array([0.24, 0.2, 0.16, 0.12, 0.08, 0.06, 0.05, 0.03, 0.02, 0.02, 0.01, 0.01])
    effect = dict(zip(cities, rng.normal(0, 4, len(cities)), strict=True))
    n_customers, n = 120, 600
    taste = rng.normal(0, 5, n_customers)
    age = rng.integers(18, 80, n_customers)
    member = rng.random(n_customers) < 0.45
    rows: list[list[Any]] = []
    for _ in range(n):
        who = int(rng.integers(n_customers))
        city = str(rng.choice(cities, p=share))
        channel = str(rng.choice(["store", "web", "phone"], p=[0.6, 0.35, 0.05]))
        distance = round(float(rng.gamma(2.0, 3.0)), 1)
        items = int(rng.poisson(4) + 1)
        discount = round(float(rng.choice([0, 5, 10, 20], p=[0.5, 0.2, 0.2, 0.1])), 0)
        spent = 12 + 6.5 * items + 0.12 * age[who] - 0.35 * distance - 0.3 * discount
        spent += effect[city] + taste[who] + (6 if member[who] else 0) + (4 if channel == "web" else 0) + rng.normal(0, 6)
        odds = -2.6 - 0.05 * (spent - 45) + 0.08 * distance - (1.2 if member[who] else 0) + (1.0 if channel == "phone" else 0)
        returned = rng.random() < 1 / (1 + np.exp(-odds))
        district = city[:1] + str(int(rng.integers(1, 4)))
        known = rng.random(3)
        rows.append(
            [
                f"c{who + 1:03d}",
                city,
                channel,
                int(age[who]) if known[0] > 0.06 else None,
                distance if known[1] > 0.08 else None,
                items,
                discount,
                "true" if member[who] else "false",
                district if known[2] > 0.04 else None,
                round(float(rng.gamma(4.0, 0.25)), 2),
                round(float(spent), 2),
                "yes" if returned else "no",
            ]
        )
    header = ["customer", "city", "channel", "age", "distance", "items", "discount", "member", "district", "weight"]
    write(folder / "shops.csv", [*header, "spent", "returned"], rows)


def reviews(folder: Path) -> None:
    """Short reviews put together from lists of words; one in twelve has the wrong label."""
    rng = np.random.default_rng(99)
    things = ["kettle", "lamp", "chair", "radio", "blender", "jacket", "tent", "keyboard", "mattress", "camera"]
    good = ["great", "sturdy", "quiet", "lovely", "reliable", "bright", "comfortable", "perfect", "quick delivery", "good value"]
    bad = ["broken", "noisy", "flimsy", "useless", "late delivery", "cheap plastic", "waste of money"]
    bad += ["leaks", "faulty", "returned it"]
    plain = ["arrived on monday", "for the kitchen", "bought as a present", "in blue", "second one we own", "as described"]
    plain += ["for my son", "medium size", "with a long cable", "in a large box"]
    openings = ["the {}", "this {}", "my new {}", "our {}", "a {}"]
    rows: list[list[Any]] = []
    for _ in range(500):
        positive = bool(rng.random() < 0.65)
        words = [str(rng.choice(openings)).format(str(rng.choice(things)))]
        for _ in range(int(rng.integers(2, 6))):
            kind = rng.random()
            own, other = (good, bad) if positive else (bad, good)
            words.append(str(rng.choice(own if kind < 0.5 else plain if kind < 0.88 else other)))
        label = positive ^ bool(rng.random() < 1 / 12)
        rows.append([", ".join(words), "positive" if label else "negative"])
    write(folder / "reviews.csv", ["review", "sentiment"], rows)
    word_counts(folder / "reviews.svmlight", rows)


def word_counts(path: Path, reviews: list[list[Any]]) -> None:
    """Counts of the words of two letters or more found in ten reviews at least; words in alphabetical order, counted from 1."""
    counts = [Counter(re.findall(r"[a-z]{2,}", text)) for text, _ in reviews]
    found = Counter(word for words in counts for word in words)
    index = {word: i for i, word in enumerate(sorted(word for word, n in found.items() if n >= 10), start=1)}
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for (_, label), words in zip(reviews, counts, strict=True):
            pairs = (f"{index[word]}:{words[word]}" for word in sorted(words) if word in index)
            print("1" if label == "positive" else "-1", *pairs, file=file)


def wave(folder: Path) -> None:
    """Fifteen points of one period of a sine, under noise: few enough to overfit at leisure."""
    rng = np.random.default_rng(15)
    x = np.sort(rng.uniform(0, 1, 15))
    y = np.sin(2 * np.pi * x) + rng.normal(0, 0.25, 15)
    rows = [[round(float(a), 3), round(float(b), 3)] for a, b in zip(x, y, strict=True)]
    write(folder / "wave.csv", ["x", "y"], rows)


def moons(folder: Path) -> None:
    """Two half moons that reach into each other, a twelfth of them named wrongly: noise that a network can learn by heart."""
    X, y = datasets.make_moons(200, noise=0.25, random_state=4)
    y = np.where(np.random.default_rng(4).random(200) < 0.08, 1 - y, y)
    rows = [[round(float(a), 3), round(float(b), 3), ("lower", "upper")[k]] for (a, b), k in zip(X, 1 - y, strict=True)]
    write(folder / "moons.csv", ["x1", "x2", "moon"], rows)


def ratings(folder: Path) -> None:
    """Films that people have rated, one after the other: tastes of two dimensions, kind and strict judges, and whims."""
    rng = np.random.default_rng(8)
    people, films, n = 120, 60, 2000
    cells = rng.choice(people * films, n, replace=False)
    who, what = cells // films, cells % films
    kind, good = 0.5 * rng.standard_normal(people), 0.6 * rng.standard_normal(films)
    taste, style = 0.8 * rng.standard_normal((people, 2)), 0.8 * rng.standard_normal((films, 2))
    stars = 3.4 + kind[who] + good[what] + (taste[who] * style[what]).sum(axis=1) + 0.4 * rng.standard_normal(n)
    days = np.sort(rng.integers(0, 365, n))
    first = np.datetime64("2025-01-01")
    rows = [
        [f"user{u + 1:03d}", f"film{i + 1:02d}", str(first + day), round(float(s), 1)]
        for u, i, day, s in zip(who, what, days.tolist(), stars, strict=True)
    ]
    write(folder / "ratings.csv", ["user", "film", "date", "stars"], rows)


def main(folder: Path) -> None:
    """Write every data set."""
    for make in (bundled, energy, shops, reviews, wave, moons, ratings):
        make(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
