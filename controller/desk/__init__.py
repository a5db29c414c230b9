"""What people do that takes more than one command."""
