"""Finding codes by plain words, abbreviations and misspellings: the words of texts, and what a question means by its.

`indexing` writes the texts of a release with its load; `finding` answers. The databases give candidates alone: how
well a text fits is counted here, so that both give the same answer.
"""
