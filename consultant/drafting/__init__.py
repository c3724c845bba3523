"""Findings to the draft of an answer in Markdown. Must not know the web, mail transport or workers."""
