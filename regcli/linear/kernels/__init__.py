"""One training set, one subproblem: what every solver is built on."""
