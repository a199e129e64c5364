"""How fast, and until when: what trips a campaign, lanes of destination families, the hours of a campaign."""
