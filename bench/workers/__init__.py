"""Worker processes: speed, sameness of bytes, kills, memory."""
