"""What people recorded or decided: schemas, editions, checksums."""
