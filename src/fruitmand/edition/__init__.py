"""What an edition is: settings, schemas, reading, sealing; and what every room needs: errors, files, and how commands tell errors."""
