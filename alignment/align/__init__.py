"""`make align`, `make plan`: real boxes in; an aligned dataset, or its plan, and a report out."""
