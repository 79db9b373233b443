"""Language models and other weak annotators as teachers: asked, checked, weighed, distilled."""
