"""The catalogue's migrations: how its tables came to be, one step a file."""
