"""Settings are read from a config, and what is none is refused."""

from pathlib import Path

import pytest

from spacy_clinical.errors import ServeError
from spacy_clinical.serve.service_settings import ServeSettings, read_settings


def write(folder: Path, body: str) -> Path:
    path = folder / "serve.cfg"
    path.write_text(f"[serve]\n{body}\n")
    return path


def test_a_config_and_what_goes_before_it(tmp_path: Path) -> None:
    path = write(tmp_path, 'max_queue = 7\ntimeout = 3\npage = true\nhosts = ["a.example"]')
    found = read_settings(path, max_queue=None, page=False)
    assert found == ServeSettings(max_queue=7, timeout=3.0, page=False, hosts=("a.example",))
    assert read_settings(None) == ServeSettings()


@pytest.mark.parametrize(
    "body",
    [
        "max_que = 7",
        'max_queue = "7"',
        "max_queue = -1",
        "max_queue = 0",
        "page = 1",
        "timeout = -1",
    ],
)
def test_what_is_no_setting(tmp_path: Path, body: str) -> None:
    with pytest.raises(ServeError, match="SC920"):
        read_settings(write(tmp_path, body))


def test_a_list_is_asked_for_where_one_is_wanted(tmp_path: Path) -> None:
    with pytest.raises(ServeError, match=r'hosts can.t be a str. Expected a list, such as \["nlp'):
        read_settings(write(tmp_path, "hosts = nlp.example"))


def test_no_config(tmp_path: Path) -> None:
    (tmp_path / "x.cfg").write_text("[serve")
    for name in ("x.cfg", "missing.cfg"):
        with pytest.raises(ServeError, match="SC920"):
            read_settings(tmp_path / name)
