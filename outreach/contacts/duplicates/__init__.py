"""Who is in the directory twice: found by keys, compared, shown side by side, told apart."""
