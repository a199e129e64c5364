"""What has to survive the loss of the database, in a file beside it."""
