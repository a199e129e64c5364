"""The demonstration: invented people, a mail catcher with its inbox, simulated recipients."""
