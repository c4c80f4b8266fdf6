"""The search for witnesses: untrusted, everything it finds is checked by the kernel."""
