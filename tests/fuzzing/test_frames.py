"""Frames between processes: read alike however the bytes come in pieces."""

import asyncio
import io

from hypothesis import given
from hypothesis import strategies as st

from jjjkg.evaluation.workers.protocol import Frame, pack_frame, read_frame, receive_frame

FRAMES = st.lists(st.tuples(st.sampled_from([b"A", b"B", b"L", b"O"]), st.binary(max_size=40)))


@given(frames=FRAMES, cuts=st.lists(st.integers(0, 300)), rest=st.binary(max_size=4))
def test_frames_come_whole_and_in_order(
    frames: list[tuple[bytes, bytes]], cuts: list[int], rest: bytes
) -> None:
    sent = b"".join(pack_frame(kind, content) for kind, content in frames) + rest

    async def receive() -> list[Frame]:
        reader = asyncio.StreamReader()

        async def send() -> None:
            start = 0
            for end in [*sorted(min(cut, len(sent)) for cut in cuts), len(sent)]:
                if start < end:
                    reader.feed_data(sent[start:end])
                start = end
                await asyncio.sleep(0)
            reader.feed_eof()

        async with asyncio.TaskGroup() as group:
            group.create_task(send())
            taken = []
            while frame := await receive_frame(reader):
                taken.append(frame)
        return taken

    assert asyncio.run(receive()) == frames
    file = io.BytesIO(sent)
    assert [frame for _ in frames if (frame := read_frame(file))] == frames
    assert read_frame(file) is None
