"""Read coded interviews as the tools of qualitative research export them, into one structure that does not depend on the tool."""
