"""OAuth 2.0 as a client of a mail provider's issuer: getting and renewing tokens. Stores nothing."""
