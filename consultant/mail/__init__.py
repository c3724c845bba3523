"""Bytes to mail and mail to bytes: reading, judging, composing, and the SMTP and IMAP ends."""
