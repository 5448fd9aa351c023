"""Files that people hand in: every byte of them is read in a child process."""
