"""Residual test: what masked pictures still show. Detectors are an optional extra, the comparison of pixels needs none."""
