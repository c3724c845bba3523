"""Tests with sockets, databases and real servers."""
