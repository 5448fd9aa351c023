"""The pages of recruiters and administrators."""
