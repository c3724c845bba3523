"""What answers a visit: one small function a page or order, grouped by what it is about."""
