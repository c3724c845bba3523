"""Celery, the poller, the sweeper and the runner of everything in one process. No business rules live here."""
