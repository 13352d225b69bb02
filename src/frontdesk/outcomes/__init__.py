"""What came of the desk's work, in honest figures: shares, experiments, the risk that a visit is missed. Pure."""
