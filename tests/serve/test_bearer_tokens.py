"""Tokens: only hashes are kept; addresses that others reach want a token and TLS."""

from pathlib import Path

import pytest

from spacy_clinical.errors import ServeError
from spacy_clinical.serve.bearer_tokens import Tokens, check_address, make_token


def test_a_token_is_found_by_its_hash(tmp_path: Path) -> None:
    path = tmp_path / "tokens"
    first, second = make_token(path, "ward7"), make_token(path, "ops", "admin")
    text = path.read_text()
    assert first not in text
    assert second not in text
    assert path.stat().st_mode & 0o077 == 0
    tokens = Tokens(path)
    found = tokens.find(f"Bearer {first}"), tokens.find(f"bearer  {second}")
    assert [token and (token.name, token.role) for token in found] == [
        ("ward7", "user"),
        ("ops", "admin"),
    ]
    for header in ("", first, f"Basic {first}", f"Bearer {first}x", f"Bearer {first[:-1]}"):
        assert tokens.find(header) is None
    assert tokens.find(f"Bearer {text.split()[2]}") is None  # the hash itself opens nothing


def test_comments_and_lines_that_are_none(tmp_path: Path) -> None:
    path = tmp_path / "tokens"
    path.write_text(f"# whose\n\na user sha256:{'0' * 64}\n")
    assert len(Tokens(path).known) == 1
    for line in ("a user 0123", f"a root sha256:{'0' * 64}", f"a user sha256:{'0' * 63}"):
        path.write_text(f"\n{line}\n")
        with pytest.raises(ServeError, match=r"SC922.*line 2"):
            Tokens(path)
    with pytest.raises(ServeError, match=r"SC939.*can.t be read \(No such file"):
        Tokens(tmp_path / "missing")
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ServeError, match=r"SC939.*can.t be read \(it isn.t UTF-8"):
        Tokens(path)
    with pytest.raises(ServeError, match="SC920"):
        make_token(path, "two words")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost", "LOCALHOST"])
def test_this_machine_needs_nothing(host: str) -> None:
    check_address(host, tokens=False, tls=False, behind_proxy=False)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.4", "ehr.example", ""])
def test_others_need_both(host: str) -> None:
    for tokens, tls, proxy in [(False, True, False), (True, False, False), (False, False, True)]:
        with pytest.raises(ServeError, match="SC921"):
            check_address(host, tokens=tokens, tls=tls, behind_proxy=proxy)
    check_address(host, tokens=True, tls=True, behind_proxy=False)
    check_address(host, tokens=True, tls=False, behind_proxy=True)
