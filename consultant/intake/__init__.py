"""Taking a mail in: small named steps that end in exactly one verdict, and what follows from it."""
