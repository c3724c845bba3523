"""The files of a mail: their safe names, what they really are, and the text in them, read in a process of its own."""
