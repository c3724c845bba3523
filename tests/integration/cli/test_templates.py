"""An operator tries templates before a member sees them."""

from __future__ import annotations

import json
from pathlib import Path

from consultant.drafting.samples import SAMPLES
from tests.integration.cli.conftest import Run


def test_ours_are_right(run: Run) -> None:
    done = run("templates", "check")
    assert done.code == 0, done.err
    assert "drafts are right" in done.out


def test_what_is_wrong_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "receipt").mkdir()
    (tmp_path / "receipt" / "body.txt").write_text("{{ nobody }}", encoding="utf-8")
    (tmp_path / "draft").mkdir()
    (tmp_path / "draft" / "answer.md").write_text("## Why\n\n- Because.\n", encoding="utf-8")
    done = run("templates", "check", str(tmp_path), "--json")
    assert done.code == 1
    found = {each["template"]: each["what"] for each in json.loads(done.out)}
    assert "'nobody' is undefined" in found["receipt/"]
    assert found["draft/answer.md"] == "Because."


def test_a_folder_that_is_not_there_is_no_proof(run: Run, tmp_path: Path) -> None:
    done = run("templates", "check", str(tmp_path / "nowhere"))
    assert done.code == 4
    assert "is no folder" in done.err


def test_where_each_template_comes_from(run: Run, tmp_path: Path) -> None:
    (tmp_path / "draft" / "topics").mkdir(parents=True)
    (tmp_path / "draft" / "topics" / "units.md").write_text("Units", encoding="utf-8")
    rows = {
        each["template"]: each["from"] for each in json.loads(run("templates", "list", str(tmp_path), "--json").out)
    }
    assert rows["draft/topics/units.md"] == str(tmp_path)
    assert rows["draft/answer.md"] == rows["receipt/"] == "consultant"


def test_a_sample_is_shown_as_it_would_be_drafted(run: Run) -> None:
    assert all(name in run("templates", "preview").out for name in SAMPLES)
    assert "## Short answer" in run("templates", "preview", "infusion-hours").out
    assert run("templates", "preview", "no-such").code == 4
