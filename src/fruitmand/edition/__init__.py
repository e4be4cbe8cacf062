"""What an edition is: settings, schemas, reading, sealing; and what every room needs: errors, files, the door of all commands."""
