"""Statistics and claims: functions from frames to frames."""
