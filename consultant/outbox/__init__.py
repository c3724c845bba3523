"""What is to be sent, once, and what came of it. Must not know cases or the web."""
