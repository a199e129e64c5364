"""What was displayed: opens counted by consent mode, machines told from people."""
