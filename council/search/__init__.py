"""Finding what was proposed, said, noticed, voted on and built in one community."""
