"""What came of the desk's work, as honest figures: proportions, experiments and the risk that a visit is missed. Pure."""
