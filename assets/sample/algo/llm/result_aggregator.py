"""The Result Aggregator: analysis tasks in, the model's results out."""

from algo.llm.analyser import MODEL, judge
from algo.records import AnalysisResult, AnalysisTask, now


def result_of(task: AnalysisTask, at: int | None = None) -> AnalysisResult:
    """Ask the model, and put its answer together with what it was asked about."""
    verdict = judge(task)
    return AnalysisResult(
        task_id=task.task_id,
        camera=task.camera,
        created_at=now() if at is None else at,
        model=MODEL,
        level=verdict.level,
        summary=verdict.summary,
        frame_ids=task.frame_ids,
    )
