"""Who may do what in the whole suite: the tables, and what they are held against."""
