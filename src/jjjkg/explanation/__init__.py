"""Why a statement holds: proofs in words and in data, down to the claims and their sentences."""
