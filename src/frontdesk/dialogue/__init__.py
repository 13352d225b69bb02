"""What the desk says next, as plain functions over values: acts in, effects and a reply plan out."""
