"""What proves the desk: simulators' shared parts and the benchmarks' harness."""
