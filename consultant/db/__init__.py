"""Tables, sessions and migrations. Must not know mail, the web or Celery."""
