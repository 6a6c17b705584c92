"""The PDFs under examples/: what they say stands in the `…texts` modules, how they are drawn in the others."""
