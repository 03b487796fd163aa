"""What an export says of itself: its card, and the record that lets a stopped one go on."""
