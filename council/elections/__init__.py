"""Who stands in an election, before its vote: nominated, reviewed by two people, published, objected to."""
