"""Drawn inputs: the same when graded again, others for other learners."""

from scratchgrad import checks


def drawn(monkeypatch, folder, label="test"):
    monkeypatch.delenv("SCRATCHGRAD_SEED", raising=False)
    folder.mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(folder)
    return checks.generator(label).integers(1 << 60)


def test_seeded_by_learner_assignment_and_label(tmp_path, monkeypatch):
    ada, bob = tmp_path / "ada" / "01", tmp_path / "bob" / "01"
    first = drawn(monkeypatch, ada)
    assert drawn(monkeypatch, tmp_path / "elsewhere" / "ada" / "01") == first
    others = [
        drawn(monkeypatch, bob),
        drawn(monkeypatch, tmp_path / "ada" / "02"),
        drawn(monkeypatch, ada, "other"),
    ]
    assert len({first, *others}) == 4


def test_seed_from_the_environment(tmp_path, monkeypatch):
    first = drawn(monkeypatch, tmp_path / "ada" / "01")
    monkeypatch.setenv("SCRATCHGRAD_SEED", "ada/01")
    monkeypatch.chdir(tmp_path)
    assert checks.generator("test").integers(1 << 60) == first
