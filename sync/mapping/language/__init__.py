"""The mapping language: its grammar, its parser, and the syntax tree that the compiler reads."""
