"""The demo story: two companies, their partners, and what happens to their orders."""
