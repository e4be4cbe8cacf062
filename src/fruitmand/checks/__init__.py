"""What must be true of an edition: references, parity of languages, independent double entry, no personal data."""
