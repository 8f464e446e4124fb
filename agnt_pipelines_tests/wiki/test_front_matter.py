"""Front matter: split on bytes, read with care, refused with a reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agnt_pipelines.wiki import front_matter
from agnt_pipelines.wiki.front_matter import Bad

PIECES = st.sampled_from(
    [b"---", b"...", b"\n", b"\r\n", b"\r", b"a: 1", b"# Head", b" ", b"\xef\xbb\xbf", b"\xe9"]
)


@given(st.lists(PIECES, max_size=12))
def test_what_is_split_is_the_page_again(pieces: list[bytes]) -> None:
    data = b"".join(pieces)
    apart = front_matter.split(data)
    assert apart.head + apart.body == data
    assert apart.block is None or apart.block in apart.head


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("close", [b"---", b"..."])
def test_a_block_is_found_whatever_ends_its_lines(end: bytes, bom: bytes, close: bytes) -> None:
    data = bom + end.join([b"---", b"title: Fees", b"tags: [a, b]", close, b"# Head", b""])
    apart = front_matter.split(data)
    assert apart.block is not None
    assert front_matter.read(apart.block) == {"title": "Fees", "tags": ["a", "b"]}
    assert apart.body == b"# Head" + end


@pytest.mark.parametrize(
    "data", [b"", b"# Head\n---\n", b"---\nnever closed\n", b"--- x\na: 1\n---\n", b"\n---\na: 1\n---\n"]
)
def test_other_dashes_are_the_bodys_own(data: bytes) -> None:
    assert front_matter.split(data).body == data


def test_every_scalar_is_the_text_that_was_written() -> None:
    block = b"no: NO\nnumber: 012\ntime: 1:30\nwhen: 2026-11-23\nnothing:\nquoted: '<<'\n"
    assert front_matter.read(block) == {
        "no": "NO", "number": "012", "time": "1:30", "when": "2026-11-23", "nothing": "", "quoted": "<<",
    }  # fmt: skip
    assert front_matter.read(b"") == {}
    assert front_matter.read(b"# only a comment\n") == {}


MERGES = "\n".join(["a: &a {k: 1}", *(f"x{n}: &x{n} {{<<: [*a, *a]}}" for n in range(8))]).encode()


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        (b"a: &x 1", "front_matter_alias"),
        (MERGES, "front_matter_alias"),
        (b"<<: {a: 1}", "front_matter_merge"),
        (b"a: !!python/object/apply:os.system [ls]", "front_matter_tag"),
        (b"a: ! x", "front_matter_tag"),
        (b"a: 1\na: 2", "front_matter_key_twice"),
        (b"b:\n  - {a: 1, a: 2}", "front_matter_key_twice"),
        (b"? [a, b]\n: 1", "front_matter_key"),
        (b"- a\n- b", "front_matter_no_mapping"),
        (b"just words", "front_matter_no_mapping"),
        (b"a: [1", "front_matter_malformed"),
        (b"a: b: c", "front_matter_malformed"),
        (b"a: \x01", "front_matter_malformed"),
        (b'a: "\\0"', "front_matter_no_text"),
        (b"a: \xe9", "front_matter_not_utf8"),
        (b"a: " + b"[" * 5000, "front_matter_too_deep"),
        (b"a: [" + b"1," * 3000 + b"]", "front_matter_too_deep"),
        (b"a: " + b"x" * 20_000, "front_matter_too_long"),
    ],
)
def test_what_is_refused_says_why(block: bytes, reason: str) -> None:
    found = front_matter.read(block)
    assert isinstance(found, Bad)
    assert found.reason == reason
    assert found.detail
