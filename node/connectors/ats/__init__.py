"""Applicants from the company's ATS."""
