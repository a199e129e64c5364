"""How people are addressed: forms, offices, mandates, whom a letter names."""
