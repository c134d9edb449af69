"""`hebbfilm study`: one case in many variants, each a run of its own, and one table of them all."""
