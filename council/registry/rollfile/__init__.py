"""Reading a household roll: bytes → cells → units, owners and problems. No database, no words."""
