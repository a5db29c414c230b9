"""Command -> events, one function per command of the table in `interaction`, a module per subject.

Each takes the interaction (legal for the command: the table has seen to that), the command and the
time, and yields what happens. A `note_...` function yields nothing for what is old news. What several
of them say is in `parts`.
"""
