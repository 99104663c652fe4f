"""Second stages: what a first fit inside a training set leaves to the second one. Every fit is the solvers'."""
