"""`make develop`: linear pictures of a rendered set developed anew, without Blender."""
