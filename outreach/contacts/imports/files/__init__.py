"""A file opened: from its octets, in a child process, to one plain table with named columns."""
