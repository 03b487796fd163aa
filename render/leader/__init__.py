"""A run led without Blender: here, on Slurm, settled by physics, or swept."""
