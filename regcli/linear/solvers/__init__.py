"""The solvers, named as users read them in the manifest, and which of them serves which path."""
