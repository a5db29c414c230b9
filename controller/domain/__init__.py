"""The pure middle: values, transition tables and formulas. Standard library only, time is an argument."""
