"""Run folders: the only place that knows what their files look like."""
