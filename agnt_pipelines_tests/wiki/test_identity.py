"""Identity: a page is the same page wherever it goes, and never two pages at once."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from agnt_pipelines.wiki import paths
from agnt_pipelines.wiki.identity import File, Known, PageId, TreeChange, between, changes

TREES = st.dictionaries(st.sampled_from("abcdefg"), st.sampled_from(["1", "2", "3", "4"]), max_size=7)


def mint(path: str, attempt: int) -> PageId:
    return PageId(f"{path}{attempt or ''}")


def files(tree: Mapping[str, str]) -> dict[str, File]:
    return {path: File(oid, "100644") for path, oid in tree.items()}


class Wiki:
    """The recorded tree and its former paths, as the store gives them back."""

    def __init__(self) -> None:
        self.tree: dict[str, Known] = {}
        self.former: dict[str, PageId] = {}

    def meet(self, tree: Mapping[str, str], hints: Mapping[str, str] | None = None) -> list[TreeChange]:
        found = changes(self.tree, self.former, files(tree), lambda: hints or {}, mint)
        for change in found:
            if change.file is None:
                del self.tree[change.path]
                self.former[change.path] = change.page_id
        for change in found:
            if change.file is not None:
                self.tree[change.path] = Known(change.page_id, change.file)
                self.former.pop(change.path, None)
        return found

    @property
    def ids(self) -> dict[str, str]:
        return {path: known.page_id for path, known in self.tree.items()}


@given(
    st.lists(
        st.tuples(TREES, st.dictionaries(st.sampled_from("abcdefg"), st.sampled_from("abcdefg"))), max_size=6
    )
)
def test_the_recorded_tree_is_the_head_and_no_page_is_at_two_paths(
    heads: list[tuple[dict[str, str], dict[str, str]]],
) -> None:
    wiki = Wiki()
    for tree, hints in heads:
        before = wiki.ids
        wiki.meet(tree, hints)
        assert {path: known.file.oid for path, known in wiki.tree.items()} == tree
        assert len(set(wiki.ids.values())) == len(tree)
        assert all(wiki.ids[path] == before[path] for path in before.keys() & tree.keys())
        assert wiki.meet(tree, hints) == []


def test_the_same_bytes_elsewhere_are_the_same_page() -> None:
    wiki = Wiki()
    wiki.meet({"a": "1", "b": "2"})
    wiki.meet({"c": "1", "b": "2"})
    assert wiki.ids == {"c": "a", "b": "b"}


def test_bytes_found_several_times_follow_their_file_name_or_nothing() -> None:
    wiki = Wiki()
    wiki.meet({"x/a": "1", "x/b": "1"})
    wiki.meet({"y/a": "1", "y/c": "1"})
    assert wiki.ids == {"y/a": "x/a", "y/c": "y/c"}


def test_what_git_finds_alike_is_the_same_page_unless_the_bytes_say_more() -> None:
    wiki = Wiki()
    wiki.meet({"a": "1", "b": "2"})
    wiki.meet({"c": "1", "d": "3"}, {"c": "b", "d": "a"})
    assert wiki.ids == {"c": "a", "d": "d"}
    wiki.meet({"c": "1", "e": "4"}, {"e": "d"})
    assert wiki.ids == {"c": "a", "e": "d"}


def test_a_path_comes_back_to_its_page_unless_that_lives_elsewhere() -> None:
    wiki = Wiki()
    wiki.meet({"a": "1"})
    wiki.meet({})
    wiki.meet({"a": "2"})
    assert wiki.ids == {"a": "a"}
    wiki.meet({"b": "2"})
    wiki.meet({"a": "3", "b": "2"})
    assert wiki.ids == {"a": "a1", "b": "a"}


def test_a_name_in_other_letters_of_the_same_kind_is_a_rename() -> None:
    wiki = Wiki()
    wiki.meet({"readme": "1"})
    wiki.meet({"README": "1"})
    assert wiki.ids == {"README": "readme"}


@given(st.binary(max_size=30))
def test_a_path_comes_back_from_its_text(path: bytes) -> None:
    text = paths.to_text(path)
    assert paths.to_bytes(text) == path
    assert text.encode().decode() == text
    assert not any(char < " " for char in text)


def test_bytes_that_several_paths_had_are_a_new_page_with_a_note_whatever_git_guesses() -> None:
    wiki = Wiki()
    wiki.meet({"a": "1", "b": "1"})
    found = {change.path: change for change in wiki.meet({"c": "1", "d": "2"}, {"c": "a", "d": "b"})}
    assert wiki.ids == {"c": "c", "d": "b"}
    assert "a, b alike" in (found["c"].note or "")
    assert found["d"].note is None


@given(st.sampled_from(["readme", "café", "straße"]), st.booleans())
def test_a_path_in_other_letters_or_another_form_stays_its_page_even_with_an_edit(
    name: str, upper: bool
) -> None:
    wiki = Wiki()
    wiki.meet({unicodedata.normalize("NFC", name): "1"})
    other = name.upper() if upper else unicodedata.normalize("NFD", name)
    wiki.meet({other: "2"})
    assert list(wiki.ids.values()) == [name]


def test_git_is_asked_only_where_it_could_tell_something() -> None:
    wiki = Wiki()
    wiki.meet({"a": "1", "b": "2"})

    def never() -> dict[str, str]:
        raise AssertionError

    for tree in ({"a": "9", "b": "2"}, {"c": "1", "b": "2"}, {"b": "2"}, {"a": "1", "b": "2", "x": "5"}):
        assert changes(wiki.tree, wiki.former, files(tree), never, mint)


@given(TREES, TREES)
def test_the_way_between_two_recorded_trees_leads_from_one_to_the_other(
    one: dict[str, str], other: dict[str, str]
) -> None:
    wiki = Wiki()
    wiki.meet(one)
    before = dict(wiki.tree)
    wiki.meet(other)
    tree = dict(wiki.tree)
    for change in between(tree, before):
        if change.file is None:
            del tree[change.path]
        else:
            tree[change.path] = Known(change.page_id, change.file)
    assert tree == before
