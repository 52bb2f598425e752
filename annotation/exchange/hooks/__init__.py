"""What other programs are told, signed, and sent to addresses that were looked at first."""
