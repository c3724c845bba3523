"""Small mails in bytes, for tests: written out, so that a reader sees what the service would get."""


def letter(body: str | bytes = "May we bill 99213-25 with 96413?\n", /, **fields: str | bytes | None) -> bytes:
    """A mail of a member; fields replace the usual ones (`content_type="text/html"`), None leaves one out."""
    written: dict[str, str | bytes | None] = {
        "From": "Ana Coder <ana@clinic.example>",
        "To": "consult@desk.example",
        "Subject": "Modifier 25",
        "Date": "Mon, 02 Jun 2025 10:00:00 -0500",
        "Message-ID": "<1@clinic.example>",
    }
    written |= {name.replace("_", "-").title().replace("Id", "ID"): value for name, value in fields.items()}
    lines = [name.encode() + b": " + _bytes(value) for name, value in written.items() if value is not None]
    return b"\r\n".join(lines) + b"\r\n\r\n" + _bytes(body).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def multipart(subtype: str, *parts: str | bytes, boundary: str = "cut") -> tuple[bytes, str]:
    """The body of a multipart, and the Content-Type that goes with it."""
    mark = b"--" + boundary.encode()
    body = b"".join(mark + b"\r\n" + _bytes(part) + b"\r\n" for part in parts) + mark + b"--\r\n"
    return body, f'multipart/{subtype}; boundary="{boundary}"'


def _bytes(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text
