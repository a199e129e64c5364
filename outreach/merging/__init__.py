"""Two contacts become one in every room, and two again: above all the rooms that know a contact or an invitation."""
