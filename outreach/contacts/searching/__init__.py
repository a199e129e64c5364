"""The list of contacts: what is asked of it, how it is found, page by page."""
