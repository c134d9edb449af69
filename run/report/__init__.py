"""Reports of runs and studies: one page of HTML that needs nothing but itself."""
