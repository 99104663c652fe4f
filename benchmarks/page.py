"""`docs/performance.md`, from what was measured. Standard library alone."""

from __future__ import annotations

from typing import Any

from session import HERE

# What is asked of regcli's certificates, unless a tenth of the peer's is more, and of its memory in units of the design.
KKT, MEMORY = 1e-6, 2.5
PAGE = HERE.parent / "docs" / "performance.md"
NOTE = "<!-- written by `make bench` -->"
INTRODUCTION = """\
What regcli takes for a job, what others take for the same one, and what the machine would need at the least. Figures are
ratios of runs that took turns in one session, and their medians; seconds stand there for orientation alone. `make bench`
measures afresh and rewrites this page, `python benchmarks/run.py "wide lasso"` measures one case."""
SOLVING = """\
From arrays in memory to the complete sweep table: cross-validation, the full path, every fit certified. All programs get the
same arrays, the same folds and the same grid of λ, which is regcli's; all walk the whole of it. Data are random: normal
columns, neighbours correlated by 0.5 (sparse ones independent and log-normal), and few columns with an effect. Each program
has a process of its own, has imported and compiled everything before the clock starts, and scales the columns while it runs.

- **time** is the program's time divided by regcli's: more than 1 is slower than regcli. **wanted** is the least that regcli
  aims at, with a kkt of at most 1e-6 or a tenth of the peer's.
- **kkt** is the worst violation of the optimality conditions, relative to the columns' and the residuals' sizes, in what the
  program fits to all rows: every model of the path, or where only that is to be had the selected one (*sel.*). All are worked
  out by the same code, regcli's independent certificate, on the standardised design. A short time with a large kkt is a short
  time for less.
- **memory** is the program's peak above that of an idle process with the same imports, divided by the size of the design; the
  design itself, held in memory, is one of it. regcli aims at 2.5 at most. Only the largest process counts, for those who
  start several.
- **limit** is what the reads and products take that no solver can do without: a read of X and X'X at BLAS speed for squared
  loss on tall data; one product of X' with the residuals of all folds per λ on wide data; two of them per λ for the other
  losses. Measured in the same session with one BLAS thread and with all, the better of the two. Screening and lagged
  curvature save reads, so that a time below the limit is possible."""
PROCESS = """\
From typing a command to the finished run directory (tables, certificates, predictions, model, provenance), against a script
that a user would write: read with pandas, scale, cross-validate, keep the coefficients. Same number of λs and of folds, same
span of the grid; apart from that the programs' defaults, by which regcli and cv.glmnet may end a path early. Files are in the
page cache. **peak** is the largest memory of the process, everything included."""
AUDITED = """\
What is asked of the chosen model once the search is done. *By default*: stability over the folds and the importance of every
column; *50 pairs*: stability selection on complementary halves, until each has 20 columns in use. **of the search** is the time
divided by that of the search before it (arrays to sweep table), **wanted** the most that it may be. **scikit-learn** is the time
of the same divided by regcli's: `permutation_importance` with five repeats on the validation rows of each fold, of models that
are fitted before; and paths of 100 λ on 100 halves (for classes only as far down as 20 columns). Its times are scaled up from
one fold and from four halves; it uses all cores."""
FAMILIES = """\
From the loaded table to the scores of every point on every fold, and the models on all training rows, on generated data. Peers
fit with one thread, one model after another; **time** is theirs divided by regcli's with one thread, **all cores** by regcli's as
it comes, with a thread for every core. Where a peer would take hours, some of its fits are timed and scaled up."""
MEASURED = """\
- Rounds: {rounds}; peers that a case lacks were not asked for, or are named below. A program that takes more than
  {slow} s, or is measured on a part of the job, runs once; one that takes more than {too_long} s is stopped and left out.
- † The program ran a part of the job (λs × folds, as given), and its time for the folds is scaled up to the whole.
- {cores} cores. scikit-learn and glum use all of them (`n_jobs=-1`), skglm, celer, adelie (its default) and cv.glmnet one
  (cv.glmnet is parallel only with a cluster that the user registers).
- GridSearchCV (over a pipeline with the scaler), skglm, celer and adelie (in a loop written for them) and cv.glmnet scale
  within the folds, as regcli does; scikit-learn's `*CV` classes get rows that were scaled together before the folds are made.
  LogisticRegressionCV uses liblinear for two classes and saga for more; liblinear shrinks the intercept too, by a little.
  RidgeCV uses leave-one-out, which it does by algebra, and no folds.
- *adelie on fold matrices* is adelie's `gaussian_cov` on the matrices that cvmatrix makes for every fold out of one X'X.
- Everyone works at default tolerances; *adelie, tight* at one where its certificates come near regcli's."""


def write_page(kept: dict[str, Any]) -> None:
    """Write the page, as far as there are figures."""
    parts = ["# Performance", NOTE, INTRODUCTION]
    if kept["solving"]:
        parts += ["## Solving", SOLVING, solving_table(kept["solving"])]
        growth = growth_table(kept["solving"])
        parts += (
            ["### Growth", "Time relative to the case as it stands above, and the most that is wanted.", growth] if growth else []
        )
    if kept["process"]:
        parts += ["## Whole process", PROCESS, process_table(kept["process"])]
    if kept.get("audits"):
        parts += ["## After the search", AUDITED, audit_table(kept["audits"])]
    if kept.get("families"):
        parts += ["## Beyond linear models", FAMILIES, family_table(kept["families"])]
    if "start" in kept:
        parts += ["## Start", start_text(kept["start"])]
    parts += ["## How it was measured", measured_text(kept)]
    PAGE.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def solving_table(cases: dict[str, Any]) -> str:
    """A row for every program of every case."""
    rows = [("case", "program", "time", "wanted", "kkt", "memory")]
    for case in cases.values():
        own = case["programs"]["regcli"]
        own_kkt = max(own["kkt"], own["sweep_kkt"])
        memory = f"{own['memory']:.1f}{'' if own['memory'] <= MEMORY else ', missed'}"
        first = (f"**{case['title']}**", f"regcli, {significant(own['seconds'])} s", f"{significant(own['to_limit'])} × limit")
        rows.append((*first, "", f"{own_kkt:.0e}", memory))
        for name, found in case["programs"].items():
            if name != "regcli" and "failure" not in found:
                loose = "; kkt missed" if "wanted" in found and own_kkt > max(KKT, found["kkt"] / 10) else ""
                rows.append(("", name + _part(found), times(found["ratio"]), wanted(found) + loose, *_quality(found, case)))
    return _table(rows)


def _part(found: dict[str, Any]) -> str:
    """What a slow program ran."""
    return f" † {found['sample'][0]} × {found['sample'][1]}" if found["sample"] else ""


def _quality(found: dict[str, Any], case: dict[str, Any]) -> tuple[str, str]:
    """Certificate and memory of a peer; a path that ended early says so."""
    early = found["kkt_of"] == "path" and found["points"] < case["count"]
    of = " *sel.*" if found["kkt_of"] == "selected" else f" of {found['points']} λ" if early else ""
    return f"{found['kkt']:.0e}{of}", f"{found['memory']:.1f}"


def growth_table(cases: dict[str, Any]) -> str:
    """A row for every case, a column for every direction."""
    directions = list(dict.fromkeys(which for case in cases.values() for which in case["growth"]))
    if not directions:
        return ""
    rows: list[tuple[str, ...]] = [("case", *directions)]
    for name, case in cases.items():
        cells = []
        for which in directions:
            found = case["growth"].get(which, {})
            cells.append(_grown(found))
        rows.append((name, *cells))
    return _table(rows)


def _grown(found: dict[str, Any]) -> str:
    """The cell of one variant; empty where there is none."""
    if "ratio" not in found:
        return found.get("failure", "")
    missed = "" if found["ratio"] <= found["wanted"] else ", missed"
    return f"{found['ratio']:.2f} (≤ {found['wanted']:g}{missed})"


def process_table(processes: dict[str, Any]) -> str:
    """A row for every program of every job."""
    rows = [("job", "program", "time", "wanted", "peak")]
    for process in processes.values():
        for name, found in process["programs"].items():
            if "failure" in found:
                continue
            own = name == "regcli fit"
            first = (f"**{process['title']}**", f"{name}, {significant(found['seconds'])} s") if own else ("", name)
            rows.append((*first, times(found["ratio"]), wanted(found), f"{found['peak_mib']:,.0f} MiB"))
    return _table(rows)


def audit_table(audits: dict[str, Any]) -> str:
    """A row for every question after every search."""
    rows = [("search", "question", "of the search", "wanted", "scikit-learn")]
    for audit in audits.values():
        first = f"**{audit['title']}**, {significant(audit['search'])} s"
        for name, found in audit["questions"].items():
            of_search, most = found["of_search"], found["wanted"]
            missed = ", missed" if most is not None and of_search > most else ""
            aim = "" if most is None else f"≤ {most:g} ×{missed}"
            rows.append((first, name, times(of_search), aim, times(found["scikit-learn"])))
            first = ""
    return _table(rows)


def family_table(families: dict[str, Any]) -> str:
    """A row for regcli, then one for each peer."""
    rows = [("path", "program", "time", "all cores", "wanted", "")]
    for family in families.values():
        own = {cores: f"{significant(seconds)} s" for cores, seconds in family["seconds"].items()}
        rows.append((f"**{family['title']}**", "regcli", own["one"], own["all"], "", ""))
        for name, found in family["peers"].items():
            missed = "" if found[family["cores"]] >= found["wanted"] else ", missed"
            where = " on all cores" if family["cores"] == "all" else ""
            aim = f"≥ {significant(found['wanted'])}{where}{missed}"
            rows.append(("", name, times(found["one"]), times(found["all"]), aim, found["how"]))
    return _table(rows)


def start_text(start: dict[str, float]) -> str:
    """The start of the command in one sentence."""
    rich, plain = f"{start['help with rich']:.2f}", f"{start['plain help']:.2f}"
    return (
        f"`regcli --help` takes {rich} times as long as the help of a typer program with two commands,\n"
        f"and {plain} times as long where that program, like regcli, does without rich."
    )


def measured_text(kept: dict[str, Any]) -> str:
    """Versions, cores, rounds, and who is missing."""
    from session import SLOW, TOO_LONG

    programs = [item for case in kept["solving"].values() for item in case["programs"].items()]
    counts = sorted({found["rounds"] for name, found in programs if name == "regcli" and "rounds" in found})
    rounds = " or ".join(map(str, counts)) or "none"
    measured = kept["measured"]
    text = MEASURED.format(rounds=rounds, slow=f"{SLOW:.0f}", too_long=f"{TOO_LONG:.0f}", cores=measured["cores"])
    versions = sorted({found["version"] for _, found in programs if "version" in found})
    lines = [text, f"- Measured on {measured['date']} with {', '.join(versions)}; Python {measured['python']}."]
    jobs = [*kept["solving"].items(), *kept["process"].items()]
    absent = [
        f"{program} ({name}: {found['failure']})"
        for name, job in jobs
        for program, found in job["programs"].items()
        if "failure" in found
    ]
    lines += [f"- Left out: {'; '.join(absent)}."] if absent else []
    return "\n".join(lines)


def wanted(found: dict[str, Any]) -> str:
    """The aim of a row, and whether it is reached."""
    if "wanted" not in found:
        return ""
    return f"≥ {significant(found['wanted'])}{'' if found['ratio'] >= found['wanted'] else ', missed'}"


def times(ratio: float) -> str:
    """A ratio with two significant digits."""
    return f"{significant(ratio)} ×"


def significant(value: float) -> str:
    """Two significant digits, no exponent."""
    if value >= 10:
        digits = len(str(int(value))) - 2
        return f"{round(value, -digits):,.0f}"
    return f"{value:.2g}" if value >= 0.01 else f"{value:.4f}"


def _table(rows: list[tuple[str, ...]]) -> str:
    head, *body = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([head, "|" + "---|" * len(rows[0]), *body])
