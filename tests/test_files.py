"""Files and folders are there whole or not at all, whatever happens to who writes them."""

import errno
import multiprocessing
import os
import resource
import stat
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from spacy_clinical.audit.keyed_hashes import write_key
from spacy_clinical.batch.output_formats import find_output
from spacy_clinical.corpus.corpus_files import format_to_write
from spacy_clinical.deid.surrogates import Surrogates
from spacy_clinical.errors import FileError, FormatError
from spacy_clinical.files import (
    append,
    copy_folder,
    new_file,
    new_folder,
    remove_folder,
    replaced_folder,
    working_folder,
)
from spacy_clinical.serve.bearer_tokens import make_token
from spacy_clinical.temporary_files import SUFFIX, clear_all

from .kills import contents, killed_at

FORK = multiprocessing.get_context("fork")


def write_file(path: Path, data: bytes = b"whole") -> None:
    with new_file(path) as file:
        file.write(data)


def write_folder(path: Path, make: Any = new_folder) -> None:
    with make(path) as folder:
        (folder / "inner").mkdir()
        (folder / "inner" / "a").write_bytes(b"whole")


def replace_folder(path: Path) -> None:
    write_folder(path, replaced_folder)


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("write", [write_file, write_folder, replace_folder])
def test_killed_at_every_step(write: Callable[[Path], None], tmp_path: Path) -> None:
    """After each kill the target is whole or absent, and the next run leaves nothing else."""
    write(tmp_path / "whole" / "x")
    step = 1
    while killed_at(step, partial(write, tmp_path / str(step) / "x")):
        there = tmp_path / str(step) / "x"
        if there.is_file():
            assert there.read_bytes() == b"whole"
        elif not there.exists() or write is replace_folder:
            write(there)
        assert contents(there.parent) == contents(tmp_path / "whole"), step
        step += 1
    assert step > 4


def test_a_folder_that_is_replaced_is_always_there(tmp_path: Path) -> None:
    step = 1
    while True:
        there = tmp_path / str(step) / "x"
        write_folder(there)
        killed = killed_at(step, partial(replace_folder, there))
        assert (there / "inner" / "a").read_bytes() == b"whole", step
        replace_folder(there)
        assert sorted(path.name for path in there.parent.iterdir()) == ["x"]
        if not killed:
            break
        step += 1
    assert step > 4


def test_a_folder_that_is_deleted_is_whole_or_gone(tmp_path: Path) -> None:
    step = 1
    while True:
        there = tmp_path / str(step) / "x"
        write_folder(there)
        killed = killed_at(step, partial(remove_folder, there))
        assert not there.exists() or (there / "inner" / "a").read_bytes() == b"whole"
        if not killed:
            break
        write_folder(there, replaced_folder)
        assert sorted(path.name for path in there.parent.iterdir()) == ["x"]
        step += 1
    assert step > 4 and not any(there.parent.iterdir())


def test_where_names_cannot_be_exchanged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("spacy_clinical.files.swap", lambda one, other: False)
    write_folder(tmp_path / "x")
    (tmp_path / "x" / "old").touch()
    replace_folder(tmp_path / "x")
    assert not (tmp_path / "x" / "old").exists()
    (tmp_path / "x" / "old").touch()
    replace = os.replace

    def broken(one: Path, other: Path) -> None:
        if Path(other) == tmp_path / "x" and not (Path(one) / "old").exists():
            raise OSError(errno.EIO, "broken")
        replace(one, other)

    monkeypatch.setattr(os, "replace", broken)
    with pytest.raises(FileError):
        replace_folder(tmp_path / "x")
    assert (tmp_path / "x" / "old").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_a_copy_of_what_is_read_only_can_be_written(tmp_path: Path) -> None:
    write_folder(tmp_path / "x")
    for path in ((tmp_path / "x" / "inner" / "a"), tmp_path / "x" / "inner", tmp_path / "x"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    copy_folder(tmp_path / "x", tmp_path / "y")
    (tmp_path / "x" / "inner").chmod(0o755)  # for who clears up
    (tmp_path / "x").chmod(0o755)
    assert contents(tmp_path / "y") == contents(tmp_path / "x")
    for path in ((tmp_path / "y"), *(tmp_path / "y").rglob("*")):
        assert mode_of(path) & stat.S_IWUSR


def test_what_is_unfinished_is_named_after_its_target_and_is_its_owners(tmp_path: Path) -> None:
    with new_file(tmp_path / "facts.jsonl"), new_folder(tmp_path / "facts"):
        names = sorted(path.name for path in tmp_path.iterdir())
        assert names == [f".facts.0{SUFFIX}", f".facts.jsonl.0{SUFFIX}"]
        assert [mode_of(tmp_path / name) for name in names] == [0o700, 0o600]
    mask = os.umask(0o027)
    os.umask(mask)
    assert mode_of(tmp_path / "facts.jsonl") == 0o666 & ~mask
    assert mode_of(tmp_path / "facts") == 0o777 & ~mask


def test_rights_of_what_is_replaced_are_kept(tmp_path: Path) -> None:
    for name, mode in (("open", 0o644), ("closed", 0o600)):
        (tmp_path / name).touch(mode)
        (tmp_path / name).chmod(mode)
        write_file(tmp_path / name)
        assert mode_of(tmp_path / name) == mode
    (tmp_path / "folder").mkdir(0o700)
    write_folder(tmp_path / "folder")
    assert mode_of(tmp_path / "folder") == 0o700


def test_the_living_are_left_alone(tmp_path: Path) -> None:
    """Two writers of one target at once: the last one wins, neither clears the other's."""
    path = tmp_path / "x"
    with new_file(path) as first:
        first.write(b"first")
        process = FORK.Process(target=write_file, args=(path, b"second"))
        process.start()
        process.join()
        assert process.exitcode == 0
        assert path.read_bytes() == b"second"
        clear_all(tmp_path, "x")
        assert (tmp_path / f".x.0{SUFFIX}").exists()
    assert contents(tmp_path) == {"x": b"first"}


def test_what_the_dead_left_in_later_places_goes_too(tmp_path: Path) -> None:
    (tmp_path / f".x.1{SUFFIX}").write_text("left")
    (tmp_path / f".x.3{SUFFIX}").mkdir()
    (tmp_path / "elsewhere").write_text("not ours")
    (tmp_path / f".x.2{SUFFIX}").symlink_to(tmp_path / "elsewhere")
    write_file(tmp_path / "x")
    assert sorted(contents(tmp_path)) == [f".x.2{SUFFIX}", "elsewhere", "x"]
    assert (tmp_path / "elsewhere").read_text() == "not ours"


def test_names_as_long_as_the_disk_allows(tmp_path: Path) -> None:
    path = tmp_path / ("ä" * 127)
    write_file(path)
    assert contents(tmp_path) == {path.name: b"whole"}


def test_an_error_leaves_nothing(tmp_path: Path) -> None:
    for make in (new_file, new_folder, replaced_folder, working_folder):
        with pytest.raises(KeyError), make(tmp_path / "x"):
            raise KeyError
    assert contents(tmp_path) == {}
    with working_folder(tmp_path / "x"):
        pass
    assert contents(tmp_path) == {}


def test_an_error_leaves_no_folder_that_was_made_for_the_target(tmp_path: Path) -> None:
    for write in (new_file, new_folder):
        with pytest.raises(ZeroDivisionError), write(tmp_path / "new" / "deep" / "out"):
            raise ZeroDivisionError
        assert not list(tmp_path.iterdir())
    (tmp_path / "there").mkdir()
    with pytest.raises(ZeroDivisionError), new_file(tmp_path / "there" / "out"):
        raise ZeroDivisionError
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


def test_a_taken_name_is_refused(tmp_path: Path) -> None:
    write_folder(tmp_path / "x")
    with pytest.raises(FormatError, match="SC022"):
        write_folder(tmp_path / "x")


REFUSED = {
    "x/y": errno.ENOTDIR,
    "n" * 256: errno.ENAMETOOLONG,
}


@pytest.mark.parametrize("write", [write_file, write_folder, replace_folder])
@pytest.mark.parametrize("name", REFUSED, ids=["no folder", "long"])
def test_what_the_disk_refuses(name: str, write: Callable[[Path], None], tmp_path: Path) -> None:
    (tmp_path / "x").touch()
    with pytest.raises(FileError, match=f"SC031.*{os.strerror(REFUSED[name])}"):
        write(tmp_path / name)
    assert contents(tmp_path) == {"x": b""}


def within(size: int, job: Callable[[], Any]) -> None:
    """Do a job in a process that may write files of so many bytes only."""

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        try:
            job()
        except FileError as error:
            os._exit(3 if "[SC031]" in str(error) else 4)

    process = FORK.Process(target=limited)
    process.start()
    process.join()
    assert process.exitcode == 3


def test_no_more_room(tmp_path: Path) -> None:
    """The limit of a process's files stands for a full disk: write(2) fails likewise."""
    within(4096, lambda: write_file(tmp_path / "x", b"x" * 10_000_000))
    within(4096, lambda: write_file(tmp_path / "x", b"x" * 5000))

    def tensors() -> None:
        with new_folder(tmp_path / "x") as folder:
            save_file({"a": torch.zeros(5000)}, folder / "a.safetensors")

    within(4096, tensors)
    within(10, lambda: append(tmp_path / "x", b"x" * 20))
    within(10, lambda: append(tmp_path / "x", b"x" * 20, new=True))
    within(10, lambda: make_token(tmp_path / "x", "joe"))
    within(10, lambda: write_key(tmp_path / "x"))
    assert contents(tmp_path) == {}


def test_nothing_is_added_where_there_is_no_more_room(tmp_path: Path) -> None:
    append(tmp_path / "x", b"line\n")
    within(10, lambda: append(tmp_path / "x", b"x" * 20))
    vault = tmp_path / "vault"
    first = Surrogates.random(vault).seed("p", "name", "a")
    whole = contents(tmp_path)
    within(len(whole["vault"]) + 10, lambda: Surrogates.random(vault).seed("p", "name", "b"))
    assert contents(tmp_path) == whole
    assert Surrogates.random(vault).seed("p", "name", "a") == first
    assert stat.S_IMODE((tmp_path / "x").stat().st_mode) == 0o600


def test_errors_of_what_is_read_meanwhile_are_their_own(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), new_file(tmp_path / "x"):
        (tmp_path / "source").read_bytes()


@pytest.mark.parametrize(
    "name",
    [
        "postgres://maria:hunter7@db.example/omop",
        "mysql+ssl://maria:hunter7@db.example/x.jsonl",
        "postgresql://db.example/omop?password=hunter7",
        "host=db.example password=hunter7 dbname=omop",
    ],
)
def test_an_address_is_no_name_to_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Neither the message nor the disk has its password."""
    monkeypatch.chdir(tmp_path)
    refusals: list[Callable[[Path], object]] = [
        lambda path: new_file(path).__enter__(),
        lambda path: new_file(path.absolute()).__enter__(),
        lambda path: new_folder(path).__enter__(),
        lambda path: working_folder(path).__enter__(),
        find_output,
        format_to_write,
    ]
    for refuse in refusals:
        with pytest.raises(FormatError, match="SC033") as caught:
            refuse(Path(name))
        assert "hunter7" not in str(caught.value)
    assert not list(tmp_path.iterdir())
