"""What `consultant run` tells the person who started it."""

from __future__ import annotations

from workers.running import Running
from workers.samples import QUESTION


def banner(running: Running) -> str:
    """Where everything is, and the commands that try it out."""
    settings = running.settings
    lines = [
        "",
        f"{settings.service_name} is ready.",
        "",
        f"  console    {settings.public_url}",
        f"  SMTP       {settings.smtp.host}:{settings.smtp.port}",
        f"  IMAP       {settings.imap.host}:{settings.imap.port}",
        f"  state      {settings.state_dir.absolute()}",
    ]
    if running.accounts:
        lines += _trial(running)
    return "\n".join([*lines, "", "Ctrl-C stops it; the next start goes on with the same data.", ""])


def _trial(running: Running) -> list[str]:
    settings = running.settings
    smtp, imap = (f"{each.host}:{each.port}" for each in (settings.smtp, settings.imap))
    member = next(each for each in running.accounts if each.role == "member")
    reviewer = next(each for each in running.accounts if each.role == "consultant")
    newest = f"curl -s 'imap://{imap}/INBOX;MAILINDEX=*' -u"
    return [
        "",
        "A mail server for trying it out, with these accounts:",
        *(f"  {each.role:<11}{each.address:<26}{each.password}" for each in running.accounts),
        "",
        f"1. Send a question as {member.address}:",
        f"   printf 'From: {member.address}\\nTo: {settings.consult_address}\\nSubject: Infusion\\n\\n{QUESTION}\\n' |",
        f"     curl -s smtp://{smtp} --mail-from {member.address} --mail-rcpt {settings.consult_address} \\",
        f"       -u {member.address}:{member.password} -T -",
        f"2. Approve: sign in at {settings.public_url} as {reviewer.address}; the link is mailed there:",
        f"   {newest} {reviewer.address}:{reviewer.password}",
        "   Or answer the draft that lies in the same inbox: write over each [[ … ]] in it and send it back;",
        "   where there is none, APPROVE as the first line is enough.",
        f"3. Read the answer as {member.address}:",
        f"   {newest} {member.address}:{member.password}",
    ]
