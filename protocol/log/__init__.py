"""The transparency log of a node: leaves, notes, heads, tiles and proofs as C2SP writes them."""
