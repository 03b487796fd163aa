"""A dataset on disk: shards, merging, the COCO file, the manifest, going on after a stop."""
