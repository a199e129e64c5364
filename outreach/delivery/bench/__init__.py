"""How fast messages leave, measured on the machine at hand."""
