"""Merging three ways: what one side alone changed is kept, what both changed is in conflict."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agnt_pipelines.wiki.merge import merge

texts = st.lists(st.sampled_from("abcdefgh"), max_size=8).map("\n".join)


@given(texts, texts)
def test_a_side_that_changed_nothing_yields_to_the_other(base: str, side: str) -> None:
    assert merge(base, base, side) == merge(base, side, base)
    assert merge(base, base, side).mine == side
    assert merge(base, side, side).theirs == side
    assert merge(base, side, side).conflicts == 0


@given(texts, texts, texts)
def test_sides_are_exchanged_with_their_results(base: str, one: str, other: str) -> None:
    there, back = merge(base, one, other), merge(base, other, one)
    assert (there.conflicts, there.theirs, there.mine) == (back.conflicts, back.mine, back.theirs)
    assert (there.theirs == there.mine) or there.conflicts


@given(
    st.lists(st.text("xyz", max_size=3), min_size=1, max_size=6),
    st.lists(st.text("uvw", max_size=3), min_size=1, max_size=6),
)
def test_changes_with_a_line_between_them_are_both_kept(left: list[str], right: list[str]) -> None:
    base = "first\nkept\nlast"
    found = merge(base, "\n".join([*left, "kept", "last"]), "\n".join(["first", "kept", *right]))
    assert (found.conflicts, found.mine) == (0, "\n".join([*left, "kept", *right]))


def test_long_texts_of_few_different_lines_are_merged_where_they_begin_and_end_alike() -> None:
    many = "a\nb\n" * 3_000
    assert merge(many, f"{many}x", f"y\n{many}").mine == f"y\n{many}x"
    assert merge(many, "b\na\n" * 2_000, "a\nb\nb\n" * 2_000).conflicts == 1


@settings(max_examples=15, deadline=None)
@given(changed=st.tuples(*[st.sampled_from(["keep", "theirs", "mine", "both"])] * 4))
def test_git_merges_lines_that_are_told_apart_alike(
    changed: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory
) -> None:
    base = [f"line {number}" for number in range(9)]
    sides = {"theirs": list(base), "mine": list(base)}
    for place, who in enumerate(changed):
        for side, lines in sides.items():
            if who in {side, "both"}:
                lines[2 * place + 1] += f" of {side}"
    folder = tmp_path_factory.mktemp("merge")
    found = merge("\n".join(base), "\n".join(sides["theirs"]), "\n".join(sides["mine"]))
    for favour, ours in (("--ours", found.mine), ("--theirs", found.theirs)):
        assert by_git(folder, favour, base, sides) == ours
    assert found.conflicts == changed.count("both")


def by_git(folder: Path, favour: str, base: list[str], sides: dict[str, list[str]]) -> str:
    for name, lines in {"base": base, **sides}.items():
        (folder / name).write_text("\n".join(lines) + "\n")
    command = ["git", "merge-file", "-p", "-q", favour, "mine", "base", "theirs"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.removesuffix("\n")
