"""Whose house it is: name, logo, colours, signatory, measuring mode, retention."""
