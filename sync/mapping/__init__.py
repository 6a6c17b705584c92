"""XSD-driven mappings: data in `mappings/`, read, compiled and applied here."""
