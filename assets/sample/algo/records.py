"""What travels between the parts, as JSON. `docs/records.md` is the same for a reader.

Times are milliseconds since 1970-01-01 UTC; boxes are pixels from the top left corner.
"""

import time
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Name = Annotated[str, Field(min_length=1, max_length=128)]
Millis = Annotated[int, Field(ge=0)]
Pixels = Annotated[int, Field(ge=1, le=65535)]
Offset = Annotated[int, Field(ge=0, le=65535)]


def now() -> int:
    """This moment in the records' unit."""
    return time.time_ns() // 1_000_000


class Record(BaseModel):
    """A number must come as a number; fields of a later version are passed over."""

    model_config = ConfigDict(strict=True, frozen=True)


class Box(Record):
    """Where in the picture."""

    x: Offset
    y: Offset
    width: Pixels
    height: Pixels


class Thing(Record):
    """An object that a test picture is said to show."""

    label: Name
    box: Box


class Frame(Record):
    """One picture of a camera: what a client sends."""

    id: Name
    camera: Name
    width: Pixels
    height: Pixels
    timestamp: Millis
    image: str | None = Field(None, description="The picture in base64, any format")
    objects: list[Thing] | None = Field(
        None, max_length=100, description="Found as they are, instead of looking"
    )


class Object(Record):
    """Something found."""

    label: Name
    confidence: float = Field(ge=0, le=1)
    box: Box


class Detection(Record):
    """What one frame shows: the answer to it, and the record in detection-results."""

    kind: Literal["detection/1"] = "detection/1"
    frame_id: Name
    camera: Name
    width: Pixels
    height: Pixels
    captured_at: Millis
    detected_at: Millis
    objects: list[Object]


class AnalysisTask(Record):
    """A question about some frames of a camera: the record in llm-analysis-tasks."""

    kind: Literal["analysis-task/1"] = "analysis-task/1"
    task_id: str
    camera: Name
    created_at: Millis
    frame_ids: list[Name] = Field(min_length=1)
    counts: dict[str, int] = Field(description="Objects by label, over all the frames")
    question: str


class AnalysisResult(Record):
    """The answer to a task: the record in llm-analysis-results."""

    kind: Literal["analysis-result/1"] = "analysis-result/1"
    task_id: str
    camera: Name
    created_at: Millis
    model: str
    level: Literal["normal", "notice", "alert"]
    summary: str
    frame_ids: list[Name] = Field(min_length=1)
