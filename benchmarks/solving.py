"""The first table: arrays in memory to the complete sweep table, program by program, in turns. Standard library alone."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import asdict, dataclass, field
from math import inf
from pathlib import Path
from typing import Any

from cases import Case, quick, variant
from session import HERE, SLOW, TOO_LONG, ProgramError, Run, median, ratio, rscript, run, show, worker

OWN = "regcli"


@dataclass(slots=True)
class Record:
    """What is known of one program at one case, as it comes in.

    Attributes
    ----------
    seconds : list of float
        One for each round it took part in.
    peaks : list of int
        Bytes above the idle process.
    facts : dict
        What the worker said in the first round: kkt, chosen, version, …
    failure : str
        Why it is not in the table.
    """

    seconds: list[float] = field(default_factory=list)
    peaks: list[int] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    failure: str = ""


def measure(case: Case, *, rounds: int, full: bool, small: bool) -> dict[str, Any]:
    """All programs at one case.

    Parameters
    ----------
    case : Case
    rounds : int
        Programs take turns so many times.
    full : bool
        Everyone runs the whole job, however long it takes.
    small : bool
        Shrink the case.

    Returns
    -------
    dict
        What `results.json` keeps of the case.
    """
    case = quick(case) if small else case
    grown = {which: variant(case, which) for which in case.growth}
    show(f"\n{case.title}")
    with tempfile.TemporaryDirectory(prefix="regcli-bench-") as scratch:
        folder = prepare(case, Path(scratch) / "base")
        facts = json.loads((folder / "prepared.json").read_text(encoding="utf-8"))
        others = {which: prepare(other, Path(scratch) / f"grown{i}") for i, (which, other) in enumerate(grown.items())}
        records = {name: Record() for name in (OWN, *case.peers)}
        growth: dict[str, Record] = {which: Record() for which in grown}
        limits: list[float] = []
        idle = {name: _idle(name, folder, records[name]) for name in records}
        for _ in range(rounds):
            limits.append(worker(OWN, "limit", str(folder))[0]["limit"])
            _turn(OWN, case, folder, records[OWN], idle[OWN], sample=None)
            if records[OWN].failure:
                raise ProgramError(records[OWN].failure)
            for which, record in growth.items():
                _turn(OWN, grown[which], others[which], record, idle[OWN], sample=None)
            for name in case.peers:
                sample = None if full else case.samples.get(name)
                _turn(name, case, folder, records[name], idle[name], sample=sample, at_most=inf if full else TOO_LONG)
        result = _result(case, records, growth, limits, facts["design_bytes"])
    _print(result)
    return result


def prepare(case: Case, folder: Path) -> Path:
    """Make the data of a case in a folder of their own."""
    folder.mkdir()
    (folder / "case.json").write_text(json.dumps(asdict(case)), encoding="utf-8")
    made, _ = worker(OWN, "prepare", str(folder))
    (folder / "prepared.json").write_text(json.dumps(made), encoding="utf-8")
    return folder


def _idle(name: str, folder: Path, record: Record) -> int:
    """Bytes of a process of that program that has imported everything and holds nothing."""
    try:
        if name == "cv.glmnet":
            return run([rscript(), str(HERE / "glmnet.R"), "idle"]).peak
        return worker(name, "idle", name, str(folder))[1].peak
    except ProgramError as error:
        record.failure = str(error)
        return 0


def _turn(
    name: str, case: Case, folder: Path, record: Record, idle: int, *, sample: tuple[int, int] | None, at_most: float = TOO_LONG
) -> None:
    """One run of one program, unless it failed before or is too slow for a second one."""
    once = bool(record.seconds) and (sample is not None or record.facts["took"] > SLOW)
    if record.failure or once:
        return
    out = folder / name
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    try:
        facts, ran = _solve(name, folder, out, sample, at_most)
        (out / "facts.json").write_text(json.dumps(facts), encoding="utf-8")
        if not record.facts:
            record.facts = {**facts, "took": ran.seconds, "sample": sample}
            if case.peers:  # variants are only timed
                record.facts |= {f"full_{key}": value for key, value in worker(OWN, "certify", str(folder), str(out))[0].items()}
    except ProgramError as error:
        record.failure = str(error)
        show(f"  {name}: {error}")
        return
    record.seconds.append(facts["seconds"])
    record.peaks.append(max(0, ran.peak - idle))


def _solve(name: str, folder: Path, out: Path, sample: tuple[int, int] | None, at_most: float) -> tuple[dict[str, Any], Run]:
    if name != "cv.glmnet":
        return worker(name, "solve", name, str(folder), str(out), *(str(part) for part in sample or ()), at_most=at_most)
    ran = run([rscript(), str(HERE / "glmnet.R"), str(folder), str(out)], at_most=at_most)
    seconds, chosen, glmnet, r = (out / "facts.txt").read_text(encoding="ascii").split("\n")[:4]
    facts = {"seconds": float(seconds), "chosen": float(chosen), "standardized": False, "version": f"glmnet {glmnet} on R {r}"}
    return facts, ran


def _result(case: Case, records: dict[str, Record], growth: dict[str, Record], limits: list[float], size: int) -> dict[str, Any]:
    """What is kept: medians and ratios."""
    own = records[OWN]
    programs: dict[str, Any] = {}
    for name, record in records.items():
        if record.failure:
            programs[name] = {"failure": record.failure}
            continue
        facts = record.facts
        programs[name] = {
            "seconds": median(record.seconds),
            "rounds": len(record.seconds),
            "ratio": ratio(record.seconds, own.seconds),
            "memory": median(record.peaks) / size,
            "kkt": facts["full_kkt"],
            "kkt_of": facts["full_kkt_of"],
            "points": facts["full_points"],
            "n_nonzero": facts["full_n_nonzero"],
            "chosen": facts["chosen"],
            "version": facts["version"],
            "sample": facts["sample"],
        }
        if name in case.targets:
            programs[name]["wanted"] = 1 / case.targets[name]
    programs[OWN] |= {"sweep_kkt": own.facts["kkt"], "to_limit": ratio(own.seconds, limits)}
    return {
        "title": case.title,
        "loss": case.loss,
        "count": case.count,
        "n_splits": case.n_splits,
        "limit_kind": case.limit,
        "limit": median(limits),
        "programs": programs,
        "growth": {
            which: {"failure": record.failure}
            if record.failure
            else {"ratio": ratio(record.seconds, own.seconds), "wanted": case.growth[which]}
            for which, record in growth.items()
        },
    }


def _print(result: dict[str, Any]) -> None:
    for name, found in result["programs"].items():
        show(f"  {name:22s} {_line(found)}")
    own = result["programs"][OWN]
    show(f"  limit {result['limit']:.3f} s: regcli takes {own['to_limit']:.2f} times as long")
    show(f"  worst kkt of all of regcli's fits {own['sweep_kkt']:.1e}")
    for which, found in result["growth"].items():
        said = found.get("failure") or f"{found['ratio']:.2f} × (wanted at most {found['wanted']:g})"
        show(f"  {which:22s} {said}")


def _line(found: dict[str, Any]) -> str:
    if "failure" in found:
        return f"left out: {found['failure']}"
    part = f"   from {found['sample'][0]} λ × {found['sample'][1]} folds" if found["sample"] else ""
    wanted = f" (wanted {found['wanted']:g})" if "wanted" in found else ""
    kkt = f"kkt {found['kkt']:.1e} ({found['kkt_of']})"
    return (
        f"{found['seconds']:9.3f} s {found['ratio']:9.2f} ×{wanted:14s} {kkt:24s}"
        f" memory {found['memory']:6.2f}   λ = {found['chosen']:.4g}{part}"
    )
