"""The language of conditions: read, type-checked, made SQL, put into words and reasoned about."""
