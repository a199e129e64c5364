"""Rows read as contacts: each cell cleaned, each repair and each refusal noted."""
