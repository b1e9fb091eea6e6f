"""The LLM Task Scheduler: detections in, analysis tasks out."""

from collections import Counter
from hashlib import sha256

from algo.records import AnalysisTask, Detection, now

MAX_CAMERAS = 1000


class TaskScheduler:
    """Makes one task of every `batch_size` detections of a camera.

    Of more than MAX_CAMERAS cameras the one waiting longest is forgotten, so that a
    client which invents names cannot fill the memory.
    """

    def __init__(self, batch_size: int) -> None:
        self._batch_size = batch_size
        self._waiting: dict[str, list[Detection]] = {}

    def offer(self, detection: Detection, at: int | None = None) -> AnalysisTask | None:
        """Take a detection; return the task it completes, if it does."""
        if detection.camera not in self._waiting and len(self._waiting) >= MAX_CAMERAS:
            del self._waiting[next(iter(self._waiting))]
        batch = self._waiting.setdefault(detection.camera, [])
        batch.append(detection)
        if len(batch) < self._batch_size:
            return None
        del self._waiting[detection.camera]
        return task_for(batch, now() if at is None else at)


def task_for(batch: list[Detection], at: int) -> AnalysisTask:
    """The question about these detections of one camera.

    Its id follows from the frames: a batch that is read twice makes the same task.
    """
    camera = batch[0].camera
    frame_ids = [detection.frame_id for detection in batch]
    counts = Counter(o.label for detection in batch for o in detection.objects)
    ordered = dict(sorted(counts.items()))
    return AnalysisTask(
        task_id=sha256("\n".join([camera, *frame_ids]).encode()).hexdigest()[:16],
        camera=camera,
        created_at=at,
        frame_ids=frame_ids,
        counts=ordered,
        question=(
            f"Camera {camera} saw {listing(ordered)} in {len(batch)} frames. "
            "Is anything unusual?"
        ),
    )


def listing(counts: dict[str, int]) -> str:
    """Counts in words: "2 car, 1 person", or "nothing"."""
    return ", ".join(f"{n} {label}" for label, n in counts.items()) or "nothing"
