"""Frames between processes: read alike however the bytes come in pieces."""

from hypothesis import given
from hypothesis import strategies as st

from jjjkg.evaluation.workers.protocol import pack_frame, take_frames

FRAMES = st.lists(st.tuples(st.sampled_from([b"A", b"B", b"L", b"O"]), st.binary(max_size=40)))


@given(frames=FRAMES, cuts=st.lists(st.integers(0, 300)), rest=st.binary(max_size=4))
def test_frames_come_whole_and_in_order(
    frames: list[tuple[bytes, bytes]], cuts: list[int], rest: bytes
) -> None:
    sent = b"".join(pack_frame(kind, content) for kind, content in frames) + rest
    received, taken, start = bytearray(), [], 0
    for end in [*sorted(min(cut, len(sent)) for cut in cuts), len(sent)]:
        received += sent[start:end]
        taken += take_frames(received)
        start = end
    assert taken == frames
    assert received == rest
