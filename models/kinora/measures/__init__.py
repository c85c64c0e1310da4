"""What is measured on a film, from its pixels and its sound alone. Everything here was tuned on the simulator's films only."""
