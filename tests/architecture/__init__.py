"""What the addons may know of each other, read from their files."""
