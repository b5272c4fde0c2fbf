"""The same work done by this engine and by its peers, side by side."""
