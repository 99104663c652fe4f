"""What is minimised: losses, penalties, grids, one training set as solvers see it, and the certificate."""
