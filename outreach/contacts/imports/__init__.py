"""A file on its way into the directory: read, mapped, compared, brought in."""
