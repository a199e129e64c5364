"""How fast pages are served and answers taken, measured against a view that only says hello."""
