"""Stands where a language model would: three fixed rules instead of a model.

No model and no network is needed to see the whole way of a record, and the same task
always gets the same answer. To use a real model, replace `judge` by a call to it.
"""

from typing import Literal, NamedTuple

from algo.records import AnalysisTask

MODEL = "three-rules/1"


class Verdict(NamedTuple):
    level: Literal["normal", "notice", "alert"]
    summary: str


def judge(task: AnalysisTask) -> Verdict:
    """Answer the task's question."""
    people = task.counts.get("person", 0)
    if people > len(task.frame_ids):
        return Verdict("alert", f"More than one person a frame: {people} in all.")
    if task.counts.get("backpack", 0) and not people:
        return Verdict("notice", "A backpack, and nobody with it.")
    return Verdict("normal", "Nothing unusual.")
