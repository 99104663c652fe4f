"""Training sets that share one design, and what sums over blocks of rows tell of them."""
