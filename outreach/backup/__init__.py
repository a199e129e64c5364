"""The whole of the data in one file, and back from it without writing to anybody twice."""
