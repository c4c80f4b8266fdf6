"""What comes in: folders and zips of platforms, read as data, and who is in the class."""
