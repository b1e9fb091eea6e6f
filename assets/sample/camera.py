"""A camera without a lens: sends frames to the running service and shows the answers.

`python camera.py` sends five frames a second until Ctrl-C; `--help` tells the rest.
"""

import argparse
import json
import time
from contextlib import closing, suppress
from itertools import count

from simple_websocket import Client, ConnectionClosed


def frames(camera: str):
    """Frames of one camera, numbered, for ever; there is no picture in them."""
    for n in count(1):
        yield {
            "id": f"{camera}-{n:06d}",
            "camera": camera,
            "width": 1280,
            "height": 720,
            "timestamp": time.time_ns() // 1_000_000,
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="ws://127.0.0.1:5000/ws/detect")
    parser.add_argument("--camera", default="gate", help="name of the camera")
    parser.add_argument("--per-second", type=float, default=5.0, help="frames a second")
    arguments = parser.parse_args()
    with (
        suppress(KeyboardInterrupt, ConnectionClosed),
        closing(Client.connect(arguments.url)) as service,
    ):
        for frame in frames(arguments.camera):
            service.send(json.dumps(frame))
            print(service.receive(), flush=True)
            time.sleep(1 / arguments.per_second)


if __name__ == "__main__":
    main()
