"""What everybody may ask of us about themselves, over all rooms: to see, correct, erase; and what is kept too long."""
