"""The words for people, a catalogue for each language; `tests/unit/test_texts.py` holds them against each other."""
