"""Arrays in, arrays out: SI units, formula number cited."""
