"""Words in, typed acts out; facts in, words out."""
