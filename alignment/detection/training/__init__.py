"""What the detectors of torch are fitted with: network, losses, batches, the loop."""
