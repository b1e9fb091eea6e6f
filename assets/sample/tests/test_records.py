"""The records are those of `golden/`; every program that reads them tests the same."""

import json
import os
import unittest
from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

from algo.detector import detect
from algo.llm.result_aggregator import result_of
from algo.llm.task_scheduler import MAX_CAMERAS, TaskScheduler
from algo.records import AnalysisResult, AnalysisTask, Detection, Frame, Record

GOLDEN = Path(__file__).parent / "golden"
SCHEMA = Path(__file__).parents[1] / "docs" / "schema"
UPDATE = "UPDATE_GOLDEN" in os.environ  # writes what is compared; look at the diff


def golden(name: str) -> list[str]:
    return (GOLDEN / f"{name}.jsonl").read_text("utf-8").splitlines()


class TestRecords(unittest.TestCase):
    """From frames to results, each step compared byte by byte."""

    def compare(self, path: Path, got: str) -> None:
        if UPDATE:
            path.write_text(got, "utf-8", newline="\n")
        self.assertEqual(got, path.read_text("utf-8"))

    def compare_records(self, name: str, got: Iterable[Record | None]) -> None:
        lines = [record.model_dump_json() + "\n" for record in got if record]
        self.compare(GOLDEN / f"{name}.jsonl", "".join(lines))

    def test_a_frame_shows_the_same_objects_everywhere(self):
        frames = map(Frame.model_validate_json, golden("frame"))
        got = [detect(frame, at=frame.timestamp + 15) for frame in frames]
        self.compare_records("detection", got)

    def test_five_detections_of_a_camera_make_one_task(self):
        scheduler = TaskScheduler(batch_size=5)
        detections = map(Detection.model_validate_json, golden("detection"))
        got = [scheduler.offer(d, at=d.detected_at + 5) for d in detections]
        self.compare_records("analysis-task", got)

    def test_a_task_always_gets_the_same_answer(self):
        tasks = map(AnalysisTask.model_validate_json, golden("analysis-task"))
        got = [result_of(task, at=task.created_at + 5) for task in tasks]
        self.compare_records("analysis-result", got)

    def test_the_published_schemas_are_those_of_the_code(self):
        schemas = {
            "frame": Frame.model_json_schema(),
            "detection": Detection.model_json_schema(mode="serialization"),
            "analysis-task": AnalysisTask.model_json_schema(mode="serialization"),
            "analysis-result": AnalysisResult.model_json_schema(mode="serialization"),
        }
        for name, schema in schemas.items():
            with self.subTest(name):
                text = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
                self.compare(SCHEMA / f"{name}.schema.json", text)

    def test_what_is_no_frame_is_refused_with_the_field_that_is_wrong(self):
        for case in map(json.loads, golden("no-frame")):
            with self.subTest(case), self.assertRaises(ValidationError) as caught:
                Frame.model_validate_json(json.dumps(case["frame"]))
            where = ".".join(map(str, caught.exception.errors()[0]["loc"])) or "frame"
            self.assertEqual(where, case["wrong"])

    def test_what_an_inventive_client_can_make_us_keep_is_bounded(self):
        scheduler = TaskScheduler(batch_size=2)
        first = Detection.model_validate_json(golden("detection")[0])
        cameras = [f"camera-{n}" for n in range(MAX_CAMERAS + 1)]
        for camera in cameras:
            scheduler.offer(first.model_copy(update={"camera": camera}))
        oldest, newest = (
            scheduler.offer(first.model_copy(update={"camera": camera}))
            for camera in (cameras[0], cameras[-1])
        )
        self.assertIsNone(oldest, "the camera that waited longest is forgotten")
        self.assertIsNotNone(newest, "the last camera is not")


if __name__ == "__main__":
    unittest.main()
