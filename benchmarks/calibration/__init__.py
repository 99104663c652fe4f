"""Studies that measure, on simulated and on real data, whether what regcli says is so."""
