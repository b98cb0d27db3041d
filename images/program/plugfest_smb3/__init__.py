"""plugfest's user-space SMB3 client."""
