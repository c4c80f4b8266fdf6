"""Work that other people's input asks for, done in processes that are watched."""
