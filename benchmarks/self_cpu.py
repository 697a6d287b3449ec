"""Wall and CPU seconds of the part of a contestant that counts; on a shared machine the latter vary less."""

from collections.abc import Mapping, Sequence

from side_by_side import Best, contest, report


def raced(title: str, commands: Mapping[str, Sequence[str]], goal: float, rounds: int = 3) -> tuple[dict[str, Best], float] | None:
    """Run two contestants by turns, ours first, and print how they compare.

    Args:
        title: Heading of the table.
        commands: Name -> command; each answers with `cpu_s` among its answers.
        goal: Ratio to reach.
        rounds: Runs of each.

    Returns:
        The quickest run of each, and how many times fewer CPU seconds ours takes, all threads counted (wall time shares
        the machine with others); None when answers differ.
    """
    runs = [contest(commands, rounds=1) for _ in range(rounds)]
    cpu = {name: min(run[name].answer.pop("cpu_s") for run in runs) for name in commands}
    best = {name: min((run[name] for run in runs), key=lambda b: b.self_s) for name in commands}
    ours, peer = commands
    if any(run[name].answer != best[ours].answer for run in runs for name in commands):
        print("answers differ:", best[ours].answer, best[peer].answer)
        return None
    report(f"{title}, answers equal", best, ours)
    ratio = cpu[peer] / cpu[ours]
    print(
        f"  ratio {ratio:.1f} by CPU seconds, {best[peer].self_s / best[ours].self_s:.1f} by wall (CPU {cpu[peer]:.3f} / {cpu[ours]:.3f}); goal {goal:g}"
    )
    return best, ratio
