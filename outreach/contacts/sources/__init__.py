"""Official sources, each in the form it is published in: recognised, read, and reconciled with the directory."""
