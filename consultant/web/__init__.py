"""The review console: server-rendered pages over the cases. Must not know Celery."""
