"""What every command does around its work: settings, progress, exit codes, the render room."""
