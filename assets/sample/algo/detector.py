"""A stand-in for a neural network: what it finds follows from the frame's hash.

The same frame gives the same objects on every machine, so that a whole run can be
checked, and no model has to be downloaded.
"""

from hashlib import sha256

from algo.records import Box, Detection, Frame, Object, Thing, now

LABELS = ("person", "car", "bicycle", "dog", "backpack")
BYTES_PER_OBJECT = 6


def detect(frame: Frame, at: int | None = None) -> Detection:
    """Look at one frame. `at` is the time to note, for tests; otherwise it is now."""
    seed = sha256(f"{frame.camera}\n{frame.id}\n{frame.image or ''}".encode()).digest()
    if frame.objects is None:
        objects = imagined(frame, seed)
    else:
        objects = [
            Object(
                label=thing.label,
                confidence=confidence(seed[i % len(seed)]),
                box=clipped(thing, frame),
            )
            for i, thing in enumerate(frame.objects)
        ]
    return Detection(
        frame_id=frame.id,
        camera=frame.camera,
        width=frame.width,
        height=frame.height,
        captured_at=frame.timestamp,
        detected_at=now() if at is None else at,
        objects=objects,
    )


def imagined(frame: Frame, seed: bytes) -> list[Object]:
    """None to three objects, each drawn from its own bytes of the seed."""
    objects = []
    for i in range(seed[0] % 4):
        start = 1 + i * BYTES_PER_OBJECT
        what, sure, wide, high, left, top = seed[start : start + BYTES_PER_OBJECT]
        width = max(1, frame.width * (10 + wide % 30) // 100)
        height = max(1, frame.height * (10 + high % 30) // 100)
        box = Box(
            x=(frame.width - width) * left // 255,
            y=(frame.height - height) * top // 255,
            width=width,
            height=height,
        )
        objects.append(
            Object(
                label=LABELS[what % len(LABELS)], confidence=confidence(sure), box=box
            )
        )
    return objects


def confidence(byte: int) -> float:
    """0.50 to 0.99, two digits."""
    return (50 + byte % 50) / 100


def clipped(thing: Thing, frame: Frame) -> Box:
    """The thing's box, moved and cut so that it lies in the picture."""
    x = min(thing.box.x, frame.width - 1)
    y = min(thing.box.y, frame.height - 1)
    return Box(
        x=x,
        y=y,
        width=min(thing.box.width, frame.width - x),
        height=min(thing.box.height, frame.height - y),
    )
