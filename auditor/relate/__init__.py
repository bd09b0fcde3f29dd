"""How resources belong together: pure functions over the estate."""
