"""What every function asks of its arguments before it computes anything."""
