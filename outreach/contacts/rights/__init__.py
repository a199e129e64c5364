"""What the directory owes the people in it: where their address came from, why it is kept, until when."""
