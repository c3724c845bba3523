"""`consultant templates`: the operator's own letters and drafts, tried before a member sees them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from consultant.cli.database import load_settings
from consultant.cli.errors import NotFound, reported, tell
from consultant.cli.exit_codes import ExitCode
from consultant.cli.printing import AsJson, print_json, print_table, print_text
from consultant.drafting.checking import Trouble, drafted, troubles
from consultant.drafting.samples import SAMPLES
from consultant.drafting.templates import draft_templates
from consultant.letters import samples as letter_samples
from consultant.letters.rendering import LetterError, Letters
from consultant.reference.pack import in_memory_reference

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Templates of letters and drafts.")

Folders = Annotated[
    list[Path] | None, typer.Argument(metavar="[FOLDER...]", help="Folders of templates; those of the settings else.")
]


@app.command("list")
@reported
def list_templates(folders: Folders = None, as_json: AsJson = False) -> None:
    """List every letter and every draft template, and where each comes from."""
    searched = _folders(folders)
    names = [f"{name}/" for name in sorted({each.template for each in letter_samples.SAMPLES.values()})]
    rows = [(name, _from(name, searched)) for name in (*names, *draft_templates(tuple(searched)))]
    if as_json:
        print_json([{"template": name, "from": origin} for name, origin in rows])
    else:
        print_table(("template", "from"), rows)


@app.command()
@reported
def check(folders: Folders = None, as_json: AsJson = False) -> None:
    """Render every letter and every draft with made-up facts; say what is wrong, and exit with 1 where anything is."""
    searched = _folders(folders)
    found = [*_letter_troubles(searched), *troubles(in_memory_reference(), searched)]
    if as_json:
        print_json([{"template": each.template, "sample": each.sample, "what": each.what} for each in found])
    for each in () if as_json else found:
        tell(f"{each.template} (sample {each.sample}): {each.what}")
    if found:
        raise typer.Exit(ExitCode.REFUSED)
    if not as_json:
        print_text(
            f"{len(letter_samples.SAMPLES)} letters and {len(draft_templates(tuple(searched)))} drafts are right."
        )


@app.command()
@reported
def preview(
    sample: Annotated[
        str, typer.Argument(metavar="[SAMPLE]", help="A sample question; without it they are listed.")
    ] = "",
    folders: Annotated[
        list[Path] | None, typer.Option("--folder", help="A folder of templates to look into first.")
    ] = None,
) -> None:
    """Show the draft of a sample question, made from the starter data."""
    if not sample:
        print_table(("sample", "question"), [(name, each.text) for name, each in SAMPLES.items()])
        return
    if sample not in SAMPLES:
        raise NotFound(f"there is no sample {sample}: `consultant templates preview` lists them")
    print_text(drafted(SAMPLES[sample], in_memory_reference(), _folders(folders)).draft.markdown)


def _folders(given: list[Path] | None) -> list[Path]:
    """Raises NotFound for a folder that is not there: else ours would be checked and called right."""
    folders = given or load_settings().template_folders
    for each in folders:
        if not each.is_dir():
            raise NotFound(f"{each} is no folder")
    return folders


def _from(name: str, folders: list[Path]) -> str:
    return next((str(each) for each in folders if (each / name).exists()), "consultant")


def _letter_troubles(folders: list[Path]) -> list[Trouble]:
    letters = Letters(folders, service_name="Consultant", consult_address="consult@consult.example")
    found = []
    for name, content in letter_samples.SAMPLES.items():
        try:
            letters.render(content)
        except LetterError as error:
            found.append(Trouble(f"{content.template}/", name, str(error)))
    return found
