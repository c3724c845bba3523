"""The case: states, claims, review decisions, audit. Must not know the web, IMAP, SMTP or Celery."""
