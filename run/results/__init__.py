"""Runs and studies as pandas and xarray have data, and as files for other programs."""
