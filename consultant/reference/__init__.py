"""The reference store: agency data by release, answered as of a date of service.

Must not know mail, cases or the web.
"""
