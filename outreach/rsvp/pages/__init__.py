"""The pages of an answer: the recipient's own, and the office's for who answers by telephone or post."""
