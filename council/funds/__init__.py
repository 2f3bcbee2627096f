"""How the maintenance fund pays: the plan that is voted on, each home's draw, what its sub-account holds."""
