"""The table, the targets and the plot."""

from pathlib import Path
from typing import Any

from wasabi import msg, table

from .memory import OWN_PROCESS

Result = dict[str, Any]


def print_report(result: Result) -> None:
    """Print what has been measured so far.

    result (dict[str, Any]): Section to what it found.
    """
    for name, row in result.get("throughput", {}).get("sets", {}).items():
        size = f"{row['documents']} documents, {row['pieces']:,} wordpieces"
        msg.divider(f"{name}: {size}, {row['mentions']} mentions")
        stock = row["stock_positions"] / row["pieces"]
        ours = row["positions_per_piece"]
        print(f"positions encoded for one wordpiece: ours {ours:.3f}, stock {stock:.3f}")
        header = ("", "us/wordpiece", "time / floor", "speed / stock", "speed / ours fp32")
        rows = [
            (system, f"{r['us_per_piece']:.0f}", *map(_spread, _ratios(r)))
            for system, r in row["systems"].items()
        ]
        print(table(rows, header=header, divider=True, aligns=["l", "r", "r", "r", "r"]))
    if "latency" in result:
        _print_grid("One note at a time, ms", result["latency"])
    for name in (*OWN_PROCESS, "mentions"):
        if name in result:
            msg.divider(name.replace("_", " "))
            print(_lines(result[name]))
    if "length" in result:
        found = result["length"]
        pairs = zip(found["tokens"], found["seconds"], strict=True)
        rows = [(f"{n:,}", f"{s:.3f}", f"{s / n * 1e6:.0f}") for n, s in pairs]
        msg.divider(f"length: exponent {found['exponent']:.3f} from 1,000 tokens on")
        print(table(rows, header=("tokens", "s", "us/token"), divider=True, aligns=["r"] * 3))
    if "training" in result:
        msg.divider("training steps")
        rows = [
            (n, f"{min(r['seconds']):.3f}", _spread(r["speed_to_stock"]))
            for n, r in result["training"].items()
        ]
        print(table(rows, header=("", "s", "speed / stock"), divider=True, aligns=["l", "r", "r"]))
    if "accuracy" in result:
        _print_grid("F1 on the corpus by engine", result["accuracy"])
    print_targets(result)


def _ratios(row: Result) -> list[dict[str, float]]:
    return [row["to_floor"], row["speed_to_stock"], row["speed_to_ours"]]


def _spread(ratio: dict[str, float]) -> str:
    return f"{ratio['median']:.2f} ({ratio['low']:.2f}-{ratio['high']:.2f})"


def _print_grid(title: str, grid: dict[str, dict[str, float]]) -> None:
    msg.divider(title)
    columns = list(grid)
    systems = list(grid[columns[0]])
    rows = [(s, *(f"{grid[c][s]:.2f}" for c in columns)) for s in systems]
    print(table(rows, header=("", *columns), divider=True, aligns=["l", *"r" * len(columns)]))


def _lines(found: Result) -> str:
    return "\n".join(f"{k}: {round(v, 3) if isinstance(v, float) else v}" for k, v in found.items())


def targets(result: Result) -> list[tuple[str, float, str, bool]]:
    """Hold the numbers against the goals.

    result (dict[str, Any]): As for `print_report`.
    RETURNS (list[tuple]): Goal, value, limit, and whether it is met.
    """
    found: list[tuple[str, float, str, bool]] = []

    def add(goal: str, value: float, limit: float, at_most: bool) -> None:
        sign = "<=" if at_most else ">="
        found.append(
            (goal, value, f"{sign} {limit}", value <= limit if at_most else value >= limit)
        )

    mix = result.get("throughput", {}).get("sets", {}).get("mix")
    if mix:
        systems = mix["systems"]
        ours = systems["ours, all heads"]
        add("mix: all heads, time / floor", ours["to_floor"]["median"], 1.10, True)
        add("mix: all heads, speed / stock + ner", ours["speed_to_stock"]["median"], 1.5, False)
        fastest = max(
            r["speed_to_ours"]["median"] for r in systems.values() if r is not systems["floor"]
        )
        add("mix: fastest engine, speed / ours fp32", fastest, 2.5, False)
        add("mix: positions for one wordpiece", mix["positions_per_piece"], 1.10, True)
    if "training" in result:
        ratio = result["training"]["ours, NER"]["speed_to_stock"]["median"]
        add("training step, speed / stock", ratio, 1.3, False)
    if "long_note" in result:
        add("long note: MB above loaded", result["long_note"]["peak_above_mb"], 400, True)
        add("long note: coverage", result["long_note"]["coverage"], 1.0, False)
    if "long_note_half" in result:
        found_mb = result["long_note_half"]["peak_above_mb"]
        add("long note, vectors in 16 bits: MB above loaded", found_mb, 400, True)
    if "length" in result:
        add("length: exponent", result["length"]["exponent"], 1.05, True)
    if "stream" in result:
        add("stream: growth of memory", result["stream"]["growth"], 0.05, True)
    for name, scores in result.get("accuracy", {}).items():
        losses = [scores["torch float32"] - value for value in scores.values()]
        add(f"accuracy: most {name} lost by an engine", max(losses), 0.2, True)
    return found


def print_targets(result: Result) -> None:
    """Print the goals, met or not."""
    rows = [
        (goal, f"{value:.3f}", limit, "met" if met else "NOT MET")
        for goal, value, limit, met in targets(result)
    ]
    if rows:
        msg.divider("goals")
        print(
            table(rows, header=("", "found", "goal", ""), divider=True, aligns=["l", "r", "r", "l"])
        )


def plot(result: Result, path: Path) -> None:
    """Draw the sets' times, the cost of length and of mentions.

    result (dict[str, Any]): As for `print_report`.
    path (Path): A .png file. Needs matplotlib (extra `eval`).
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(15, 5), layout="constrained")
    left, middle, right = figure.subplots(1, 3)
    sets = result.get("throughput", {}).get("sets", {})
    for number, (name, row) in enumerate(sets.items()):
        systems = row["systems"]
        places = [i + number * 0.2 for i in range(len(systems))]
        left.barh(places, [r["us_per_piece"] for r in systems.values()], 0.18, label=name)
        left.set_yticks(range(len(systems)), list(systems))
    left.set(title="throughput", xlabel="microseconds a wordpiece")
    if sets:
        left.legend()
    if "length" in result:
        found = result["length"]
        middle.loglog(found["tokens"], found["seconds"], "o-")
        middle.set(title=f"one note: exponent {found['exponent']:.2f}", xlabel="tokens", ylabel="s")
    for name, times in result.get("mentions", {}).get("ms", {}).items():
        right.loglog(result["mentions"]["mentions"], times, "o-", label=name)
    if "mentions" in result:
        right.set(title="heads on one note", xlabel="mentions", ylabel="ms")
        right.legend()
    figure.savefig(path, dpi=120)
