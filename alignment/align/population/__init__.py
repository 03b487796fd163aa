"""What stands behind the photos: mixtures fitted, histograms smoothed."""
