"""What scenes are drawn from: distributions, as frozen settings, out of plain mappings."""
