"""What a file would do to the directory, row by row; decided and shown before anything is written."""
