"""Pictures of numbers: SVG plots, thumbnails, the one environment of all pages."""
