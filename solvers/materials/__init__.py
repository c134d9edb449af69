"""What a film is made of, and the constants of nature."""
