"""Keys, encryption and keyed look-up: what identifies a patient leaves memory only as ciphertext."""
